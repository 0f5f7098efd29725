package trialhook.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.ValueSetOperationProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.IncomingRequestAddressStrategy;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * A FHIR R4 server on the loopback. Prints {@code READY <base URL>} once a search has been answered, and stops on
 * SIGTERM. System properties: {@code port} (0: a free one), {@code pageSize}, {@code largestPage}, {@code longestHead}
 * (bytes of address and headers; a longer address is answered by 414), {@code refuseMissing} (see {@link NoMissing}),
 * {@code untilInputEnds} (stop also when standard input does), and those that {@link Storage} reads.
 */
public final class FhirServer {

  private FhirServer() {}

  public static void main(String[] arguments) throws Exception {
    if (Boolean.getBoolean("untilInputEnds")) {
      stopWhenInputEnds();
    }
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Storage.class);
    Server jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(limits()));
    connector.setHost("127.0.0.1");
    connector.setPort(Integer.getInteger("port", 0));
    jetty.addConnector(connector);
    ServletContextHandler handler = new ServletContextHandler();
    handler.addServlet(new ServletHolder(fhirServlet(context)), "/fhir/*");
    jetty.setHandler(handler);
    jetty.setStopAtShutdown(true);
    jetty.start();
    context.registerShutdownHook();

    String base = "http://127.0.0.1:" + connector.getLocalPort() + "/fhir";
    awaitFirstSearch(base);
    System.out.println("READY " + base);
    System.out.flush();
    jetty.join();
  }

  private static HttpConfiguration limits() {
    HttpConfiguration limits = new HttpConfiguration();
    limits.setRequestHeaderSize(Integer.getInteger("longestHead", limits.getRequestHeaderSize()));
    return limits;
  }

  /** A test run that is killed closes its end of the pipe: no server outlives it. */
  private static void stopWhenInputEnds() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (IOException gone) {
                // Nobody is there to tell: stop as well.
              }
              System.exit(0);
            });
    watch.setDaemon(true);
    watch.start();
  }

  private static RestfulServer fhirServlet(ApplicationContext context) {
    RestfulServer server = new RestfulServer(context.getBean(FhirContext.class));
    context.getAutowireCapableBeanFactory().autowireBean(server);
    server.registerProviders(context.getBean(ResourceProviderFactory.class).createProviders());
    server.registerProvider(context.getBean(IJpaSystemProvider.class));
    server.registerProvider(context.getBean(ValueSetOperationProvider.class));
    server.setServerConformanceProvider(
        new JpaCapabilityStatementProvider(
            server,
            context.getBean(IFhirSystemDao.class),
            context.getBean(JpaStorageSettings.class),
            context.getBean(ISearchParamRegistry.class),
            context.getBean(IValidationSupport.class)));
    if (Boolean.getBoolean("refuseMissing")) {
      server.registerInterceptor(new NoMissing());
    }
    server.setPagingProvider(paging(context));
    server.setDefaultResponseEncoding(EncodingEnum.JSON);
    // Links in answers name the address under which the request came in, whatever port that is.
    server.setServerAddressStrategy(new IncomingRequestAddressStrategy());
    return server;
  }

  private static DatabaseBackedPagingProvider paging(ApplicationContext context) {
    DatabaseBackedPagingProvider paging = context.getBean(DatabaseBackedPagingProvider.class);
    paging.setDefaultPageSize(Integer.getInteger("pageSize", 20));
    paging.setMaximumPageSize(Integer.getInteger("largestPage", 200));
    return paging;
  }

  /** The first search makes the lazy beans; who reads READY need not wait for that. */
  private static void awaitFirstSearch(String base) throws IOException, InterruptedException {
    HttpRequest search = HttpRequest.newBuilder(URI.create(base + "/Patient?_count=1")).build();
    HttpResponse<String> answer = HttpClient.newHttpClient().send(search, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      System.err.println("The first search was answered by " + answer.statusCode() + ": " + answer.body());
      System.exit(1);
    }
  }
}
