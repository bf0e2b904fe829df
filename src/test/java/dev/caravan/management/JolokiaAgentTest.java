package dev.caravan.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be done by Jolokia, on a server as Camel's, and a context of Camel with one route. */
class JolokiaAgentTest {
  private static final String CONTEXT =
      "org.apache.camel:context=policed,type=context,name=\\\"policed\\\"";
  private static final String ROUTE =
      "org.apache.camel:context=policed,type=routes,name=\\\"one\\\"";
  private static final String STOP =
      "{\"type\":\"exec\",\"mbean\":\"" + ROUTE + "\",\"operation\":\"stop()\"}";
  private static final String READ =
      "{\"type\":\"read\",\"mbean\":\"" + ROUTE + "\",\"attribute\":\"Description\"}";
  private static final String SECRET = "only-in-a-system-property-4711";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Vertx VERTX = Vertx.vertx();
  private static final CamelContext CAMEL = new DefaultCamelContext();
  private static final JolokiaAgent AGENT = new JolokiaAgent();
  private static HttpServer server;

  @BeforeAll
  @SuppressWarnings("unchecked")
  static void start() throws Exception {
    System.setProperty("caravan.test.secret", SECRET);
    CAMEL.getCamelContextExtension().setName("policed");
    CAMEL.getManagementNameStrategy().setNamePattern("policed");
    CAMEL.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:one").routeId("one").description("The one route").log("${body}").id("say");
          }
        });
    CAMEL.start();
    AGENT.start();
    Router router = Router.router(VERTX);
    router.route("/observe/jolokia/*").handler(BodyHandler.create(false));
    router
        .route("/observe/jolokia/*")
        .blockingHandler(
            (io.vertx.core.Handler<io.vertx.ext.web.RoutingContext>) AGENT.getHandler());
    server =
        VERTX
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() {
    System.clearProperty("caravan.test.secret");
    VERTX.close();
    AGENT.stop();
    CAMEL.stop();
  }

  @AfterEach
  void startTheRoute() throws Exception {
    CAMEL.getRouteController().startRoute("one");
  }

  @Test
  void anOperatorReadsAndStopsARoute() {
    assertThat(post("operator", READ).path("value").asText()).isEqualTo("The one route");
    assertThat(post("operator", STOP).path("status").asInt()).isEqualTo(200);
    assertThat(status()).isEqualTo(ServiceStatus.Stopped);
  }

  @Test
  void aViewerReadsAndListsAndSearchesAndChangesNothing() {
    assertThat(post("viewer", READ).path("value").asText()).isEqualTo("The one route");
    assertThat(
            post("viewer", "{\"type\":\"search\",\"mbean\":\"org.apache.camel:*\"}").path("value"))
        .isNotEmpty();
    assertThat(post("viewer", "{\"type\":\"version\"}").path("status").asInt()).isEqualTo(200);
    assertThat(post("viewer", STOP).path("status").asInt()).isEqualTo(403);
    assertThat(post("viewer", write("StatisticsEnabled", "false")).path("status").asInt())
        .isEqualTo(403);
    assertThat(status()).isEqualTo(ServiceStatus.Started);
  }

  @Test
  void whoHasNoRoleIsAViewer() {
    assertThat(post(null, READ).path("status").asInt()).isEqualTo(200);
    assertThat(post(null, STOP).path("status").asInt()).isEqualTo(403);
    assertThat(post("OPERATOR", STOP).path("status").asInt()).isEqualTo(403);
  }

  @Test
  void eachPartOfABulkRequestIsAskedForItself() {
    JsonNode answers = post("viewer", "[" + READ + "," + STOP + "," + READ + "]");
    assertThat(answers.findValuesAsText("status")).containsExactly("200", "403", "200");
    assertThat(status()).isEqualTo(ServiceStatus.Started);
  }

  @Test
  void ofAKeyThatIsGivenTwiceTheOneThatCountsIsTheOneThatIsChecked() {
    String twice = STOP.replace("{", "{\"type\":\"read\",\"attribute\":\"State\",");
    post("viewer", twice);
    post("viewer", STOP.replace("}", ",\"type\":\"read\",\"attribute\":\"State\"}"));
    assertThat(status()).isEqualTo(ServiceStatus.Started);
  }

  @Test
  void aGetChangesNothingWhoeverSendsIt() {
    String route = "org.apache.camel:context=policed,type=routes,name=%22one%22";
    assertThat(get("operator", "/exec/" + route + "/stop()").path("status").asInt()).isEqualTo(403);
    assertThat(get("operator", "/write/" + route + "/Tracing/true").path("status").asInt())
        .isEqualTo(403);
    assertThat(get("operator", "?p=/exec/" + route + "/stop()").path("status").asInt())
        .isNotEqualTo(200);
    assertThat(get("operator", "/read/" + route + "/State").path("value").asText())
        .isEqualTo("Started");
    assertThat(status()).isEqualTo(ServiceStatus.Started);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          com.sun.management:type=DiagnosticCommand | vmSystemProperties
          com.sun.management:type=DiagnosticCommand | compilerDirectivesAdd
          com.sun.management:type=HotSpotDiagnostic | dumpHeap
          com.sun.management:type=HotSpotDiagnostic | setVMOption
          java.util.logging:type=Logging | setLoggerLevel
          CONTEXT | sendBody
          CONTEXT | sendStringBody
          CONTEXT | sendBodyAndHeaders
          CONTEXT | requestBody
          CONTEXT | requestStringBody
          CONTEXT | requestBodyAndHeaders
          CONTEXT | createEndpoint
          CONTEXT | removeEndpoints
          CONTEXT | addOrUpdateRoutesFromXml
          CONTEXT | setGlobalOption
          CONTEXT | stop
          ROUTE | updateRouteFromXml
          ROUTE | remove
          org.apache.camel:context=policed,type=tracer,name=BacklogDebugger | evaluateExpressionAtBreakpoint
          org.apache.camel:context=policed,type=tracer,name=BacklogDebugger | setMessageBodyOnBreakpoint
          org.apache.camel:context=policed,type=tracer,name=BacklogTracer | setTraceFilter
          quartz:type=QuartzScheduler,name=any | addJob
          quartz:type=QuartzScheduler,name=any | scheduleBasicJob
          quartz:type=QuartzScheduler,name=any | triggerJob
          quartz:type=QuartzScheduler,name=any | shutdown
          com.zaxxer.hikari:type=PoolConfig (caravan) | setPassword
          java.lang:type=Runtime | anything
          jolokia:type=Config | debugInfo
          """)
  void nobodyRunsCodeOrSendsMessagesOrReachesIntoTheMachine(String mbean, String operation) {
    for (String signature : new String[] {"", "()", "(java.lang.String)"}) {
      JsonNode answer =
          post(
              "operator",
              "{\"type\":\"exec\",\"mbean\":\""
                  + named(mbean)
                  + "\",\"operation\":\""
                  + operation
                  + signature
                  + "\",\"arguments\":[]}");
      assertThat(answer.path("status").asInt()).as(answer.toString()).isIn(403, 404);
      assertThat(JmxPolicyTest.mayCall(named(mbean).replace("\\\"", "\""), operation + signature))
          .isFalse();
    }
  }

  @Test
  void noSecretOfTheCommandLineIsRead() {
    for (String attribute : new String[] {"SystemProperties", "InputArguments"}) {
      assertThat(
              post(
                      "operator",
                      "{\"type\":\"read\",\"mbean\":\"java.lang:type=Runtime\",\"attribute\":\""
                          + attribute
                          + "\"}")
                  .path("status")
                  .asInt())
          .isEqualTo(403);
    }
    for (String mbean : new String[] {"java.lang:type=Runtime", "java.lang:*", "*:*"}) {
      JsonNode all =
          post(
              "operator",
              "{\"type\":\"read\",\"mbean\":\"" + mbean + "\",\"config\":{\"ignoreErrors\":true}}");
      assertThat(all.path("status").asInt()).as(mbean).isEqualTo(200);
      assertThat(all.toString()).doesNotContain(SECRET);
    }
  }

  @Test
  void whatMayNotBeUsedIsNotListed() {
    JsonNode list = get("operator", "/list").path("value");
    assertThat(list.has("java.lang")).isTrue();
    assertThat(list.has("com.sun.management")).isFalse();
    assertThat(list.has("java.util.logging")).isFalse();
  }

  @Test
  void theShortListDescribesEachClassOfCamelsOnce() {
    JsonNode list = get("operator", "/list?listCache=true").path("value");
    String route =
        list.at("/domains/org.apache.camel")
            .path("context=policed,name=\"one\",type=routes")
            .asText();
    assertThat(route).isEqualTo("org.apache.camel.management.mbean.ManagedSuspendableRoute");
    assertThat(list.path("cache").path(route).path("attr").has("State")).isTrue();
  }

  @Test
  void nobodyIsNotifiedAndNoPageElsewhereIsAnsweredAsAScript() throws Exception {
    assertThat(get("operator", "/notification/register").path("status").asInt()).isNotEqualTo(200);
    HttpResponse<String> answer =
        send("operator", "/version?callback=steal", null, "https://elsewhere.example");
    assertThat(answer.body()).startsWith("{");
    assertThat(answer.headers().map().keySet())
        .noneMatch(header -> header.startsWith("access-control"));
  }

  @Test
  void aRequestWithoutABodyOrWithNonsenseIsOneThatIsWrong() throws Exception {
    assertThat(send("operator", "", "", null).statusCode()).isEqualTo(400);
    assertThat(send("operator", "", "{nonsense", null).statusCode()).isEqualTo(400);
  }

  private static ServiceStatus status() {
    return CAMEL.getRouteController().getRouteStatus("one");
  }

  private static String named(String mbean) {
    return Map.of("CONTEXT", CONTEXT, "ROUTE", ROUTE).getOrDefault(mbean, mbean);
  }

  private static String write(String attribute, String value) {
    return "{\"type\":\"write\",\"mbean\":\""
        + ROUTE
        + "\",\"attribute\":\""
        + attribute
        + "\",\"value\":"
        + value
        + "}";
  }

  private static JsonNode get(String role, String path) {
    return json(role, path, null);
  }

  private static JsonNode post(String role, String body) {
    return json(role, "", body);
  }

  private static JsonNode json(String role, String path, String body) {
    try {
      return JSON.readTree(send(role, path, body, null).body());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> send(String role, String path, String body, String origin)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.actualPort() + "/observe/jolokia" + path));
    if (role != null) {
      request.header(JolokiaAgent.ROLE, role);
    }
    if (origin != null) {
      request.header("Origin", origin);
    }
    if (body != null) {
      request.POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
