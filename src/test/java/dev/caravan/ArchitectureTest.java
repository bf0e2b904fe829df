package dev.caravan;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.sql.SQLException;

/**
 * Who may know whom: what a stranger reads in routes/ is true only as long as no Java goes by it.
 */
@AnalyzeClasses(packages = "dev.caravan", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /** An exception's type is named to say what failed; nothing can be done with it. */
  private static final DescribedPredicate<JavaClass> IO_BEHIND_THE_ROUTES =
      resideInAnyPackage(
              "java.sql..",
              "javax.sql..",
              "java.net.http..",
              "org.springframework.jdbc..",
              "com.zaxxer.hikari..",
              "org.postgresql..")
          .and(describe("no SQLException", type -> !type.isAssignableTo(SQLException.class)))
          .or(
              describe(
                  "a ProducerTemplate", type -> type.getSimpleName().equals("ProducerTemplate")))
          .as("a database, an HTTP client or a ProducerTemplate");

  @ArchTest
  static final ArchRule the_market_knows_nothing_else_of_ours_and_no_camel =
      noClasses()
          .that()
          .resideInAPackage("dev.caravan.market..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.caravan..")
                  .and(DescribedPredicate.not(resideInAPackage("dev.caravan.market..")))
                  .or(resideInAPackage("org.apache.camel..")));

  @ArchTest
  static final ArchRule yahoo_knows_the_market_alone = providerKnowsTheMarketAlone("yahoo");

  @ArchTest
  static final ArchRule alpaca_knows_the_market_alone = providerKnowsTheMarketAlone("alpaca");

  @ArchTest
  static final ArchRule newsapi_knows_the_market_alone = providerKnowsTheMarketAlone("news");

  @ArchTest
  static final ArchRule io_goes_through_routes =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.caravan.database..",
              "dev.caravan.console..",
              "dev.caravan.management..",
              "dev.caravan.simulator..",
              "dev.caravan.stream..")
          .should()
          .dependOnClassesThat(IO_BEHIND_THE_ROUTES);

  /** Its component keeps the socket and its store writes; what it knows of the rest is little. */
  @ArchTest
  static final ArchRule the_stream_knows_the_market_and_the_database_alone =
      noClasses()
          .that()
          .resideInAPackage("dev.caravan.stream..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.caravan..")
                  .and(
                      DescribedPredicate.not(
                          resideInAnyPackage(
                              "dev.caravan.stream..",
                              "dev.caravan.market..",
                              "dev.caravan.database.."))));

  /** A ProducerTemplate would go round the routes. */
  @ArchTest
  static final ArchRule the_stream_calls_no_route =
      noClasses()
          .that()
          .resideInAPackage("dev.caravan.stream..")
          .should()
          .dependOnClassesThat()
          .haveSimpleName("ProducerTemplate");

  /** What is owed and when it is settled is decided without any I/O. */
  @ArchTest
  static final ArchRule the_ledger_is_pure =
      noClasses()
          .that()
          .resideInAPackage("dev.caravan.ledger..")
          .should()
          .dependOnClassesThat(
              IO_BEHIND_THE_ROUTES
                  .or(resideInAnyPackage("org.apache.camel..", "io.vertx..", "java.nio.."))
                  .or(
                      resideInAPackage("dev.caravan..")
                          .and(
                              DescribedPredicate.not(
                                  resideInAnyPackage(
                                      "dev.caravan.ledger..",
                                      "dev.caravan.market..",
                                      "dev.caravan.flow..",
                                      "dev.caravan.database..")))));

  @ArchTest
  static final ArchRule the_simulator_is_started_by_the_console_and_known_to_no_other =
      classes()
          .that()
          .resideInAPackage("dev.caravan.simulator..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage("dev.caravan.simulator..", "dev.caravan.console..");

  @ArchTest
  static final ArchRule the_simulator_shares_no_code_with_what_it_tests =
      noClasses()
          .that()
          .resideInAPackage("dev.caravan.simulator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.caravan.yahoo..",
              "dev.caravan.alpaca..",
              "dev.caravan.flow..",
              "dev.caravan.database..",
              "dev.caravan.console..");

  @ArchTest
  static final ArchRule nobody_knows_the_console =
      classes()
          .that()
          .resideInAPackage("dev.caravan.console..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAPackage("dev.caravan.console..");

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching("dev.caravan.(*)..").should().beFreeOfCycles();

  private static ArchRule providerKnowsTheMarketAlone(String provider) {
    String own = "dev.caravan." + provider + "..";
    return noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.caravan..")
                .and(DescribedPredicate.not(resideInAnyPackage(own, "dev.caravan.market..")))
                .or(resideInAPackage("org.apache.camel..")));
  }
}
