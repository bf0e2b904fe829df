package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.database.DiskSpace;
import dev.caravan.stream.StreamFigures;
import dev.caravan.support.CannedStream;
import dev.caravan.support.CaravanTestSupport;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What Caravan leaves undone on a disk that is nearly full, and that it goes on by itself. The disk
 * is that of the test, and what is to stay free on it is said to be more than there is.
 */
class DiskIT extends CaravanTestSupport {
  private static final long MEGABYTE = 1024 * 1024;

  private final CannedStream server = new CannedStream();

  DiskIT() {
    set("caravan.alpaca.stream-url", server.url());
    set("caravan.alpaca.data-url", "http://127.0.0.1:1");
    set("caravan.alpaca.trading-url", "http://127.0.0.1:1");
    set("caravan.yahoo.url", "http://127.0.0.1:1");
    set("caravan.stream.channels", "trades,bars,quotes");
    set("caravan.schedule.stream", "always");
    set("caravan.schedule.repair", "off");
    set("caravan.schedule.yahoo-quotes", "off");
    set("caravan.schedule.news-load", "off");
    internal("stream-tick-ms", "100");
    internal("stream-follow-ms", "100");
    internal("disk", "target");
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  @Override
  public void emptyTables() {
    super.emptyTables();
    symbols("AAPL", "MSFT");
  }

  @AfterAll
  void close() {
    server.close();
  }

  @AfterEach
  void plenty() {
    disk().setReserveMb(0);
  }

  @Test
  void firstQuotesAndThenTheWholeStreamAreOwedUntilThereIsRoomAgain() throws Exception {
    awaiting("the stream").until(() -> figures().isSubscribed() && gaps().isEmpty());
    final int connects = server.connects();

    left(6);

    awaiting("quotes without an end")
        .untilAsserted(
            () -> assertThat(gaps()).containsExactly("quotes AAPL open", "quotes MSFT open"));
    assertThat(database.query("select distinct reason from gaps").get(0).get("reason").toString())
        .matches(
            "The disk of target has \\d+ MB left, less than the \\d+ MB wanted: free some, or lower"
                + " caravan\\.database\\.disk-reserve\\. Until then backfills, repair and quotes"
                + " wait\\.");
    assertThat(server.received("unsubscribe")).hasSize(1);
    assertThat(server.received("unsubscribe").get(0).getJsonArray("quotes"))
        .isEqualTo(JsonArray.of("AAPL", "MSFT"));
    assertThat(figures().isConnected()).isTrue();

    disk().setReserveMb(0);

    awaiting("their end")
        .untilAsserted(
            () -> assertThat(gaps()).containsExactly("quotes AAPL ended", "quotes MSFT ended"));
    assertThat(server.connects()).as("the connection stayed").isEqualTo(connects);
    database.execute("delete from gaps");

    left(12);

    awaiting("the end of the connection").until(() -> !figures().isConnected());
    awaiting("gaps of all")
        .untilAsserted(
            () ->
                assertThat(gaps())
                    .containsExactly(
                        "bars AAPL open",
                        "bars MSFT open",
                        "corrections AAPL open",
                        "corrections MSFT open",
                        "quotes AAPL open",
                        "quotes MSFT open",
                        "trades AAPL open",
                        "trades MSFT open"));
    assertThat(database.query("select distinct reason from gaps").toString())
        .contains("Until then the stream is closed and all flows wait.");
    assertThat(run("yahoo-bars"))
        .containsEntry("status", "skipped")
        .extractingByKey("error")
        .asString()
        .startsWith("The disk of target has ");

    disk().setReserveMb(0);

    awaiting("the next connection").until(() -> figures().isSubscribed());
    awaiting("the end of the gaps")
        .untilAsserted(() -> assertThat(gaps()).hasSize(8).allMatch(gap -> gap.endsWith(" ended")));
  }

  /** So many times what is free is said to be wanted. */
  private void left(double times) throws IOException {
    disk().setReserveMb((long) (free() * times));
  }

  private static long free() throws IOException {
    FileStore store = Files.getFileStore(Path.of("target"));
    return store.getUsableSpace() / MEGABYTE;
  }

  private List<String> gaps() {
    return database
        .query(
            "select concat_ws(' ', dataset, symbol, case when to_ts is null then 'open' else 'ended'"
                + " end) as text from gaps order by 1")
        .stream()
        .map((Map<String, Object> row) -> (String) row.get("text"))
        .toList();
  }

  private DiskSpace disk() {
    return context.getRegistry().lookupByNameAndType("diskSpace", DiskSpace.class);
  }

  private StreamFigures figures() {
    return context.getRegistry().lookupByNameAndType("streamFigures", StreamFigures.class);
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(50));
  }
}
