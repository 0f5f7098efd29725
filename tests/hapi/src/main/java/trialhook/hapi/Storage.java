package trialhook.hapi;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.search.HapiHSearchAnalysisConfigurers;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import jakarta.persistence.EntityManagerFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** HAPI's storage of R4 resources in an H2 database that lives and dies with this process. */
@Configuration
@EnableTransactionManagement
@Import({
  JpaR4Config.class,
  HapiJpaConfig.class,
  JpaBatch2Config.class,
  Batch2JobsConfig.class,
  ThreadPoolFactoryConfig.class,
  SubscriptionChannelConfig.class,
  SubscriptionSubmitterConfig.class
})
public class Storage {

  /** A few hundred beans, most of which no test touches: each is made when it is first asked for. */
  @Bean
  static BeanFactoryPostProcessor laziness() {
    return factory -> {
      for (String name : factory.getBeanDefinitionNames()) {
        factory.getBeanDefinition(name).setLazyInit(true);
      }
    };
  }

  @Bean
  JpaStorageSettings storageSettings() {
    JpaStorageSettings settings = new JpaStorageSettings();
    // Without it a client may not choose an id such as "1042", and one such id fails its whole transaction.
    settings.setResourceClientIdStrategy(JpaStorageSettings.ClientIdStrategyEnum.ANY);
    settings.setResourceServerIdStrategy(JpaStorageSettings.IdStrategyEnum.UUID);
    // No cache unless a test asks for it: a search sees what was written a moment before.
    settings.setReuseCachedSearchResultsForMillis(Long.getLong("reuseSearchesForMs"));
    settings.setSearchPreFetchThresholds(thresholds());
    settings.setSchedulingDisabled(true);
    settings.setAllowExternalReferences(true);
    settings.setAllowMultipleDelete(true);
    settings.setExpungeEnabled(true);
    settings.setMarkResourcesForReindexingUponSearchParameterChange(false);
    settings.setHibernateSearchIndexFullText(false);
    settings.setHibernateSearchIndexSearchParams(false);
    settings.setWriteToSearchParamIdentityTable(false);
    return settings;
  }

  /**
   * How many hits HAPI looks up ahead. A first step beyond the largest chart brings `total` on the first page; HAPI's
   * own "13,503,2003,-1" leaves it out. "-1" alone loses the Medications of `$everything`.
   */
  private static List<Integer> thresholds() {
    return Arrays.stream(System.getProperty("searchAhead", "2000,-1").split(",")).map(Integer::valueOf).toList();
  }

  @Bean
  PartitionSettings partitionSettings() {
    return new PartitionSettings();
  }

  @Bean
  SubscriptionSettings subscriptionSettings() {
    return new SubscriptionSettings();
  }

  @Bean(destroyMethod = "close")
  BasicDataSource dataSource() {
    BasicDataSource database = new BasicDataSource();
    database.setDriver(new org.h2.Driver());
    database.setUrl("jdbc:h2:mem:fhir;DB_CLOSE_DELAY=-1");
    return database;
  }

  @Bean
  LocalContainerEntityManagerFactoryBean entityManagerFactory(
      DataSource database, ConfigurableListableBeanFactory beans, FhirContext fhir, JpaStorageSettings settings) {
    LocalContainerEntityManagerFactoryBean factory =
        HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, settings);
    factory.setPersistenceUnitName("fhir");
    factory.setDataSource(database);
    factory.setJpaProperties(jpaProperties());
    return factory;
  }

  private static Properties jpaProperties() {
    Properties properties = new Properties();
    properties.setProperty("hibernate.dialect", HapiFhirH2Dialect.class.getName());
    properties.setProperty("hibernate.hbm2ddl.auto", "create");
    if (Boolean.getBoolean("terminology")) {
      // An expansion by a filter looks concepts up in an index; it may live in memory.
      properties.setProperty("hibernate.search.enabled", "true");
      properties.setProperty("hibernate.search.backend.type", "lucene");
      properties.setProperty("hibernate.search.backend.directory.type", "local-heap");
      properties.setProperty("hibernate.search.backend.lucene_version", "LUCENE_CURRENT");
      properties.setProperty(
          "hibernate.search.backend.analysis.configurer", HapiHSearchAnalysisConfigurers.HapiLuceneAnalysisConfigurer.class.getName());
    } else {
      properties.setProperty("hibernate.search.enabled", "false");
    }
    properties.setProperty("hibernate.jdbc.batch_size", "20");
    properties.setProperty("hibernate.cache.use_query_cache", "false");
    properties.setProperty("hibernate.cache.use_second_level_cache", "false");
    return properties;
  }

  @Bean
  PlatformTransactionManager transactionManager(EntityManagerFactory factory) {
    return new JpaTransactionManager(factory);
  }
}
