package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.stream.SimulatedStream;
import dev.caravan.simulator.stream.SimulatedStream.Damage;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.support.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** One tape, told in both encodings to two stores side by side. */
class StreamEncodingIT extends SimulatorTestBase {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> TABLES =
      List.of(
          "trades",
          "quotes",
          "bars",
          "bar_revisions",
          "statuses",
          "lulds",
          "trade_corrections",
          "trade_revisions");

  /** One that listens in one encoding and stores what it hears. */
  private static final class Listener implements AutoCloseable {
    final TestDatabase database = TestDatabase.fresh();
    final StreamFigures figures = new StreamFigures();
    private final HikariDataSource pool = new HikariDataSource();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final StreamStore store = new StreamStore();

    Listener(String encoding, String url) throws Exception {
      pool.setJdbcUrl(database.url());
      pool.setUsername(TestDatabase.user());
      pool.setPassword(TestDatabase.password());
      pool.setMaximumPoolSize(4);
      store.setDataSource(pool);
      store.setTransactionManager(new JdbcTransactionManager(pool));
      store.setFeed("iex");
      store.setFigures(figures);
      store.start();
      AlpacaStreamComponent component = new AlpacaStreamComponent();
      component.setKeyId(encoding);
      component.setSecretKey("secret");
      component.setFigures(figures);
      camel.addComponent("alpaca-stream", component);
      String uri = "alpaca-stream:" + url + "/v2/iex?encoding=" + encoding;
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              errorHandler(noErrorHandler());
              from(uri)
                  .choice()
                  .when(header(AlpacaStreamConstants.EVENT).isEqualTo("data"))
                  .process(store)
                  .when(header(AlpacaStreamConstants.EVENT).isEqualTo("connected"))
                  .setBody(constant("{\"action\":\"auth\"}"))
                  .to(uri)
                  .when(header(AlpacaStreamConstants.EVENT).isEqualTo("authenticated"))
                  .setBody(
                      constant(
                          "{\"action\":\"subscribe\",\"trades\":[\"*\"],\"quotes\":[\"*\"],"
                              + "\"bars\":[\"*\"],\"updatedBars\":[\"*\"],\"dailyBars\":[\"*\"],"
                              + "\"statuses\":[\"*\"],\"lulds\":[\"*\"]}"))
                  .to(uri);
            }
          });
      camel.start();
    }

    List<Map<String, Object>> letters() {
      return database.query(
          "select symbol, reason, payload from dead_letters order by failed_at, letter_id");
    }

    @Override
    public void close() {
      camel.stop();
      store.stop();
      pool.close();
      database.close();
    }
  }

  @Test
  void theSameTapeGivesTheSameRowsAndTheSameLetters() throws Exception {
    Simulator simulator = start(options().withBackgroundTradesPerMinute(6));
    SimulatedStream stream = simulator.stream();
    String url = simulator.url().replace("http", "ws");
    try (Listener json = new Listener("json", url);
        Listener packed = new Listener("msgpack", url)) {
      await().atMost(PATIENCE).until(() -> stream.subscriptions().containsKey("lulds"));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  stream.connections().stream()
                          .filter(client -> client.subscriptions().containsKey("lulds"))
                          .count()
                      == 2);
      stream.burst(Burst.of(List.of("AAPL", "IBM", "BRK.B"), 3_000, Duration.ofSeconds(2)));
      clock.advance(Duration.ofSeconds(2));
      stream.trade("KO", new BigDecimal("60"), 100_000);
      stream.correct("KO");
      stream.trade("MSFT", new BigDecimal("500.1234"), 1);
      stream.cancel("MSFT");
      stream.halt("AAPL");
      stream.resume("AAPL");
      stream.luld("IBM", new BigDecimal("210.50"), new BigDecimal("189"));
      clock.advance(Duration.ofMinutes(10));
      stream.tell();
      awaitAll(stream, json, packed);

      for (String table : TABLES) {
        assertThat(rows(packed, table)).as(table).isEqualTo(rows(json, table));
        assertThat(json.database.count("select count(*) from " + table))
            .as("rows of %s", table)
            .isPositive();
      }
      assertThat(json.letters()).isEmpty();
      assertThat(packed.letters()).isEmpty();

      int letters = 0;
      for (Damage damage : List.of(Damage.INCOMPLETE, Damage.MALFORMED, Damage.TRUNCATED)) {
        letters++;
        // One for each of the two.
        stream.damageFrames(damage, 2);
        stream.trade("KO", new BigDecimal("60.25"), 300);
        int wanted = letters;
        Stream.of(json, packed)
            .forEach(
                each ->
                    await()
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(each.letters()).hasSize(wanted)));
        // The quote of that trade is a message of its own, and goes before the next damage.
        clock.advance(Duration.ofSeconds(1));
        stream.tell();
      }
      assertThat(packed.letters().get(0)).isEqualTo(json.letters().get(0));
      assertThat(String.valueOf(json.letters().get(1).get("reason")))
          .startsWith("Missing required data: JSON of the stream (");
      assertThat(String.valueOf(packed.letters().get(1).get("reason")))
          .startsWith("Missing required data: MessagePack of the stream (");
    }
  }

  private static void awaitAll(SimulatedStream stream, Listener... listeners) {
    long half = stream.sent().messages() / 2;
    for (Listener each : listeners) {
      await().atMost(PATIENCE).until(() -> each.figures.getMessages() == half);
      await().atMost(PATIENCE).until(() -> each.figures.getBytesQueued() == 0);
    }
  }

  /** All columns but those that tell when a row was stored. */
  private static List<Map<String, Object>> rows(Listener listener, String table) {
    return listener.database.query(
        "select (to_jsonb(t) - 'stored_at' - 'replaced_at' - 'applied_at' - 'changed_at')::text"
            + " as row from "
            + table
            + " t order by 1");
  }
}
