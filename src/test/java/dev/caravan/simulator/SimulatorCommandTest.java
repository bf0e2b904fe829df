package dev.caravan.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.server.Fault;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SimulatorCommandTest extends SimulatorTestBase {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void itServesUntilItIsEnded() throws Exception {
    AtomicInteger exit = new AtomicInteger(-1);
    Thread command =
        new Thread(() -> exit.set(run("--port", "0", "--latency-ms", "1", "--sliding-window")));
    command.start();
    await().atMost(Duration.ofMinutes(1)).until(() -> out.toString().contains("trading-url="));

    Matcher url = Pattern.compile("http://127\\.0\\.0\\.1:\\d+").matcher(out.toString());
    assertThat(url.find()).isTrue();
    assertThat(out.toString()).contains("-Dcaravan.yahoo.url=" + url.group());
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url.group() + "/")).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);

    command.interrupt();
    command.join();
    assertThat(exit).hasValue(0);
  }

  @Test
  void aTakenPortEndsItWithOneLine() {
    int taken = start(options()).port();

    assertThat(run("--port", String.valueOf(taken))).isEqualTo(1);
    assertThat(err.toString().strip())
        .isEqualTo(
            "The simulator cannot listen on port "
                + taken
                + " of 127.0.0.1: choose another port, or stop the program that uses it");
  }

  @Test
  void aMissingPriceFolderEndsItWithOneLine() {
    assertThat(run("--port", "0", "--ohlcv", "no/such/folder")).isEqualTo(1);
    assertThat(err.toString()).contains("no/such/folder does not exist").hasLineCount(1);
  }

  @Test
  void theHelpNamesEveryOptionAndEveryFault() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("--port", "--ohlcv", "--always-open", "--sliding-window", "Default: 200.");
    for (Fault.Kind kind : Fault.Kind.values()) {
      assertThat(out.toString()).contains(kind.name());
    }
    for (StreamControls.Kind kind : StreamControls.Kind.values()) {
      assertThat(out.toString()).contains("  " + kind.name() + " ");
    }
    for (StreamControls.Happening kind : StreamControls.Happening.values()) {
      assertThat(out.toString()).contains(kind.name());
    }
  }

  @Test
  void everyExampleOfTheHelpWorks() throws Exception {
    assertThat(run("--help")).isZero();
    Client client = new Client(start(options().withClock(Clock.systemUTC())));

    Set<String> tried = new TreeSet<>();
    Matcher commands =
        Pattern.compile("(?m)^  curl ((?:[^'\n\\\\]|\\\\\n|'[^']*')*)").matcher(out.toString());
    while (commands.find()) {
      HttpResponse<String> response = client.send(request(client, commands.group(1)));
      assertThat(response.statusCode()).as(commands.group() + response.body()).isIn(200, 204);
      tried.add(response.request().method() + ' ' + response.uri().getPath());
    }
    assertThat(tried)
        .contains(
            "POST /simulator/stream/bursts",
            "POST /simulator/stream/trades",
            "POST /simulator/stream/events",
            "POST /simulator/stream/frames",
            "POST /simulator/stream/faults",
            "DELETE /simulator/stream/faults",
            "GET /simulator/stream",
            "GET /simulator/stream/tape");
  }

  /** The request that curl would send. */
  private static HttpRequest request(Client client, String arguments) {
    Matcher words = Pattern.compile("'[^']*'|[^\\s\\\\]+").matcher(arguments);
    List<String> data = new ArrayList<>();
    String method = "";
    String agent = "curl";
    String target = "";
    boolean query = false;
    while (words.find()) {
      String word = words.group().replace("'", "");
      switch (word) {
        case "-G" -> query = true;
        case "-d" -> data.add(next(words));
        case "-X" -> method = next(words);
        case "-A" -> agent = next(words);
        default -> target = word.replace("http://127.0.0.1:8099", "");
      }
    }
    String body = String.join("&", data);
    if (method.isEmpty()) {
      method = query || data.isEmpty() ? "GET" : "POST";
    }
    return client
        .request(query ? target + '?' + body : target)
        .header("User-Agent", agent)
        .method(method, HttpRequest.BodyPublishers.ofString(query ? "" : body))
        .build();
  }

  private static String next(Matcher words) {
    assertThat(words.find()).isTrue();
    return words.group().replace("'", "");
  }

  private int run(String... arguments) {
    return new CommandLine(new SimulatorCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
