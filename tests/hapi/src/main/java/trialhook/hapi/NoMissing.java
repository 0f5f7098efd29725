package trialhook.hapi;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;

/** Refuses searches with {@code :missing}: HAPI 8.8.0 answers them even without the index for it, others do not. */
@Interceptor
public final class NoMissing {

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public void refuse(RequestDetails request) {
    if (request.getParameters().keySet().stream().anyMatch(name -> name.endsWith(":missing"))) {
      throw new InvalidRequestException("The :missing modifier is disabled on this server.");
    }
  }
}
