package dev.caravan;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

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
  static final ArchRule theMarketKnowsNothingElseOfOursAndNoCamel =
      noClasses()
          .that()
          .resideInAPackage("dev.caravan.market..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.caravan..")
                  .and(DescribedPredicate.not(resideInAPackage("dev.caravan.market..")))
                  .or(resideInAPackage("org.apache.camel..")));

  @ArchTest static final ArchRule yahooKnowsTheMarketAlone = providerKnowsTheMarketAlone("yahoo");

  @ArchTest static final ArchRule alpacaKnowsTheMarketAlone = providerKnowsTheMarketAlone("alpaca");

  @ArchTest static final ArchRule newsapiKnowsTheMarketAlone = providerKnowsTheMarketAlone("news");

  @ArchTest
  static final ArchRule ioGoesThroughRoutes =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.caravan.cluster..",
              "dev.caravan.database..",
              "dev.caravan.management..",
              "dev.caravan.runtime..",
              "dev.caravan.simulator..",
              "dev.caravan.source..",
              "dev.caravan.stream..",
              "dev.caravan.console..")
          .should()
          .dependOnClassesThat(IO_BEHIND_THE_ROUTES);

  /** Its component keeps the socket and its store writes; what it knows of the rest is little. */
  @ArchTest
  static final ArchRule theStreamKnowsTheMarketAndTheDatabaseAlone =
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
  static final ArchRule theStreamCallsNoRoute =
      noClasses()
          .that()
          .resideInAPackage("dev.caravan.stream..")
          .should()
          .dependOnClassesThat()
          .haveSimpleName("ProducerTemplate");

  /** What is owed and when it is settled is decided without any I/O. */
  @ArchTest
  static final ArchRule theLedgerIsPure =
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
                                      "dev.caravan.source..",
                                      "dev.caravan.database..")))));

  @ArchTest
  static final ArchRule theSimulatorIsStartedByTheConsoleAndKnownToNoOther =
      classes()
          .that()
          .resideInAPackage("dev.caravan.simulator..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage("dev.caravan.simulator..", "dev.caravan.console..");

  @ArchTest
  static final ArchRule theSimulatorSharesNoCodeWithWhatItTests =
      noClasses()
          .that()
          .resideInAPackage("dev.caravan.simulator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.caravan.yahoo..",
              "dev.caravan.alpaca..",
              "dev.caravan.flow..",
              "dev.caravan.source..",
              "dev.caravan.stream..",
              "dev.caravan.ledger..",
              "dev.caravan.database..",
              "dev.caravan.runtime..",
              "dev.caravan.console..");

  /** The exchange is the ground; a room knows those named beside it, and none of the others. */
  @ArchTest
  static final ArchRule aRoomOfTheSimulatorKnowsThoseBelowIt =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.caravan.simulator..")
          .layer("Start")
          .definedBy("dev.caravan.simulator")
          .layer("Stream")
          .definedBy("dev.caravan.simulator.stream..")
          .layer("Replay")
          .definedBy("dev.caravan.simulator.replay..")
          .layer("Alpaca")
          .definedBy("dev.caravan.simulator.alpaca..")
          .layer("Yahoo")
          .definedBy("dev.caravan.simulator.yahoo..")
          .layer("NewsAPI")
          .definedBy("dev.caravan.simulator.newsapi..")
          .layer("Server")
          .definedBy("dev.caravan.simulator.server..")
          .layer("Tape")
          .definedBy("dev.caravan.simulator.tape..")
          .layer("Exchange")
          .definedBy("dev.caravan.simulator.exchange..")
          .whereLayer("Start")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("Stream")
          .mayOnlyBeAccessedByLayers("Start")
          .whereLayer("Yahoo")
          .mayOnlyBeAccessedByLayers("Start")
          .whereLayer("NewsAPI")
          .mayOnlyBeAccessedByLayers("Start")
          .whereLayer("Replay")
          .mayOnlyBeAccessedByLayers("Start", "Stream")
          .whereLayer("Alpaca")
          .mayOnlyBeAccessedByLayers("Start", "Replay")
          .whereLayer("Server")
          .mayOnlyBeAccessedByLayers("Start", "Stream", "Replay", "Alpaca", "Yahoo", "NewsAPI")
          .whereLayer("Tape")
          .mayOnlyBeAccessedByLayers("Start", "Stream", "Alpaca", "NewsAPI");

  @ArchTest
  static final ArchRule theHttpServerKnowsNothingElseOfOurs =
      noClasses()
          .that()
          .resideInAPackage("dev.caravan.http..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.caravan..")
                  .and(DescribedPredicate.not(resideInAPackage("dev.caravan.http.."))));

  /** It starts all the others, so that none of them can need it. */
  @ArchTest
  static final ArchRule theRuntimeIsKnownToTheConsoleAlone =
      classes()
          .that()
          .resideInAPackage("dev.caravan.runtime..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage("dev.caravan.runtime..", "dev.caravan.console..");

  @ArchTest
  static final ArchRule theRoadToASourceKnowsTheMarketAndTheDatabaseAlone =
      noClasses()
          .that()
          .resideInAPackage("dev.caravan.source..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.caravan..")
                  .and(
                      DescribedPredicate.not(
                          resideInAnyPackage(
                              "dev.caravan.source..",
                              "dev.caravan.market..",
                              "dev.caravan.database.."))));

  @ArchTest
  static final ArchRule nobodyKnowsTheConsole =
      classes()
          .that()
          .resideInAPackage("dev.caravan.console..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAPackage("dev.caravan.console..");

  @ArchTest
  static final ArchRule noTwoClassesHaveOneName =
      classes().that().areTopLevelClasses().should(haveANameOfTheirOwn());

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.caravan.(*)..").should().beFreeOfCycles();

  private static ArchCondition<JavaClass> haveANameOfTheirOwn() {
    Map<String, String> seen = new HashMap<>();
    return new ArchCondition<>("have a name of their own") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String other = seen.putIfAbsent(type.getSimpleName(), type.getName());
        if (other != null && !type.getSimpleName().equals("package-info")) {
          events.add(
              SimpleConditionEvent.violated(type, type.getName() + " is named like " + other));
        }
      }
    };
  }

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
