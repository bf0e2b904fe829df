package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.Test;

/**
 * How long a client waits for a year of minutes of one symbol, from the request to the last byte,
 * in each form that the API has, plain and compressed, all in one run. Medians of five, warm.
 */
class ReadBenchmark extends CaravanTestSupport {
  private static final int ROWS = Sizes.of("reads.rows", 98_000, 2_000);
  private static final int TIMES = Sizes.ROUNDS;
  private static final int WARM = Sizes.of("reads.warm", 5, 1);

  private final int port = TestDatabase.freePort();
  private final HttpClient client = HttpClient.newHttpClient();

  ReadBenchmark() {
    set("caravan.http.port", Integer.toString(port));
    set("caravan.schedule.yahoo-quotes", "off");
    set("caravan.schedule.repair", "off");
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  @Override
  public void configureTest(TestExecutionConfiguration configuration) {
    super.configureTest(configuration);
    configuration.withJMX(false);
  }

  /** What one form costs. */
  private record Figure(String form, double seconds, int bytes) {}

  @Test
  void aYearOfMinutesInEachForm() throws Exception {
    insert();
    List<Figure> figures = new ArrayList<>();
    for (String form : List.of("json", "columns", "csv")) {
      for (boolean gzip : new boolean[] {false, true}) {
        figures.add(figure(form, gzip, ""));
      }
    }
    figures.add(figure("columns", true, "&adjusted=true"));
    double today = figures.get(0).seconds();
    Sheet sheet =
        Sheet.of(
            "reads",
            Figures.text("%,d minutes of one symbol from the API, warm", ROWS),
            "",
            "s",
            "of JSON",
            "bytes");
    for (Figure each : figures) {
      sheet.row(
          each.form(),
          Figures.text("%.3f", each.seconds()),
          Figures.text("%.2f", each.seconds() / today),
          Figures.text("%,d", each.bytes()));
    }
    sheet.note("Medians of " + TIMES + " after " + WARM + " that do not count.").publish();
    levels();
    if (!Sizes.SMOKE) {
      assertThat(figures.get(3).seconds()).as("columns, compressed").isLessThan(today);
    }
  }

  private Figure figure(String form, boolean gzip, String more) throws Exception {
    List<Double> seconds = new ArrayList<>();
    byte[] body = {};
    for (int i = 0; i < WARM + TIMES; i++) {
      long began = System.nanoTime();
      body = read(form, gzip, more);
      if (i >= WARM) {
        seconds.add((System.nanoTime() - began) / 1e9);
      }
    }
    return new Figure(
        form + (gzip ? " gzip" : "") + more,
        seconds.stream().sorted().toList().get(TIMES / 2),
        body.length);
  }

  private byte[] read(String form, boolean gzip, String more) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create(
                "http://127.0.0.1:"
                    + port
                    + "/api/bars?symbol=AAPL&timeframe=1Min&limit=100000&format="
                    + form
                    + more));
    if (gzip) {
      request.header("Accept-Encoding", "gzip");
    }
    HttpResponse<byte[]> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** What each level of gzip would cost of today's JSON and of columns, on this machine. */
  private void levels() throws Exception {
    Sheet sheet = Sheet.of("gzip", "What each level of gzip costs", "level", "of", "s", "bytes");
    for (String form : List.of("json", "columns", "csv")) {
      byte[] body = read(form, false, "");
      for (int level : new int[] {1, 2, 3, 4, 6, 9}) {
        List<Double> seconds = new ArrayList<>();
        int length = 0;
        for (int i = 0; i < TIMES; i++) {
          long began = System.nanoTime();
          length = compressed(body, level);
          seconds.add((System.nanoTime() - began) / 1e9);
        }
        sheet.row(
            level,
            form,
            Figures.text("%.3f", seconds.stream().sorted().toList().get(TIMES / 2)),
            Figures.text("%,d", length));
      }
      assertThat(body.length).isGreaterThan(ROWS);
    }
    sheet.publish();
    try (InputStream whole = new GZIPInputStream(new ByteArrayInputStream(read("csv", true, "")))) {
      assertThat(whole.readAllBytes()).isEqualTo(read("csv", false, ""));
    }
  }

  private static int compressed(byte[] body, int level) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip =
        new GZIPOutputStream(out) {
          {
            def.setLevel(level);
          }
        }) {
      gzip.write(body);
    }
    return out.size();
  }

  /** Prices that wander as a share's do. */
  private void insert() {
    database.execute("insert into symbols (symbol) values ('AAPL')");
    database.execute("select setseed(0.5)");
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume,"
            + " trade_count, vwap, final)"
            + " select 'alpaca', 'sip', 'AAPL', '1Min',"
            + " timestamptz '2025-11-03 14:30+00' + (n / 390) * interval '1 day' + (n % 390) * interval '1 minute',"
            + " p, p + round((random() * 0.3)::numeric, 2), p - round((random() * 0.3)::numeric, 2),"
            + " p + round((random() * 0.2 - 0.1)::numeric, 2) * 0, (random() * 90000)::bigint,"
            + " (random() * 900)::bigint, p + round((random() * 0.01)::numeric, 6), true"
            + " from (select n, round((187 + sum(random() - 0.5) over (order by n) / 20)::numeric, 2) as p"
            + "   from generate_series(0, "
            + (ROWS - 1)
            + ") n) w");
    database.execute("analyze bars");
  }
}
