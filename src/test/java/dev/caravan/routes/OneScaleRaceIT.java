package dev.caravan.routes;

import static dev.caravan.support.Canned.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.ledger.BackfillPlan;
import dev.caravan.market.MarketCalendar;
import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two readings of one series at once, of which one was answered before a split came into the
 * history and the other after it: in whatever order they end, all bars are on one level.
 */
class OneScaleRaceIT extends CaravanTestSupport {
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final Pattern WINDOW = Pattern.compile("period1=(\\d+)&period2=(\\d+)");

  /** A reading whose answer is under way. */
  private record Held(CountDownLatch arrived, CountDownLatch go) {}

  private final Canned yahoo = new Canned();
  private final ExecutorService readers = Executors.newCachedThreadPool();

  /** Of the next requests, which are to be held; null lets one pass. */
  private final BlockingQueue<Held> holds = new LinkedBlockingQueue<>();

  private final LocalDate last = MarketCalendar.sessionBefore(Instant.now());
  private final List<LocalDate> days = MarketCalendar.sessions(last.minusYears(3), last);
  private final LocalDate exDate = days.get(days.size() - 3);

  /** Whether Yahoo has the split, and the sessions from its date on. */
  private volatile boolean split;

  OneScaleRaceIT() {
    set("caravan.yahoo.url", yahoo.url());
    set("caravan.retry.attempts", "1");
  }

  @BeforeEach
  void begin() {
    holds.clear();
    split = false;
    yahoo.reset();
    yahoo.on("/v8", this::answer);
    symbols("AAA");
    assertThat(run("yahoo-bars")).containsEntry("status", "succeeded");
    assertThat(closes()).containsExactly("1000");
  }

  @AfterAll
  void close() {
    readers.shutdownNow();
    yahoo.close();
  }

  @Test
  void aBackfillThatWasAnsweredBeforeTheSplit() throws Exception {
    Held old = hold();
    Future<?> backfill = readers.submit(this::backfill);
    arrived(old);
    split = true;
    assertThat(run("yahoo-bars")).containsEntry("status", "succeeded");
    assertThat(closes()).containsExactly("100");

    old.go.countDown();
    backfill.get(2, TimeUnit.MINUTES);
    allIsOnTheNewLevel();
  }

  @Test
  void aFlowThatWasAnsweredBeforeTheSplit() throws Exception {
    Held old = hold();
    Future<?> flow = readers.submit(() -> run("yahoo-bars"));
    arrived(old);
    split = true;
    backfill();
    assertThat(closes()).containsExactly("100");

    old.go.countDown();
    flow.get(2, TimeUnit.MINUTES);
    allIsOnTheNewLevel();
  }

  @Test
  void bothReadTheWholeSeriesAgainAndTheFlowEndsFirst() throws Exception {
    bothReadAgain(true);
  }

  @Test
  void bothReadTheWholeSeriesAgainAndTheBackfillEndsFirst() throws Exception {
    bothReadAgain(false);
  }

  private void bothReadAgain(boolean flowFirst) throws Exception {
    split = true;
    // The flow's overlap passes, and what it reads after it is held.
    pass();
    Held flows = hold();
    Future<?> flow = readers.submit(() -> run("yahoo-bars"));
    arrived(flows);
    pass();
    Held backfills = hold();
    Future<?> backfill = readers.submit(this::backfill);
    arrived(backfills);

    (flowFirst ? flows : backfills).go.countDown();
    (flowFirst ? flow : backfill).get(2, TimeUnit.MINUTES);
    (flowFirst ? backfills : flows).go.countDown();
    (flowFirst ? backfill : flow).get(2, TimeUnit.MINUTES);
    allIsOnTheNewLevel();
  }

  @Test
  void theWholeSeriesOfABackfillWasAnsweredBeforeTheSplit() throws Exception {
    // What 0.1.0 has stored is read again whole by whoever comes first.
    database.execute("insert into mixed_series (source, symbol) values ('yahoo', 'AAA')");
    pass();
    Held whole = hold();
    Future<?> backfill = readers.submit(this::backfill);
    arrived(whole);
    split = true;
    assertThat(run("yahoo-bars")).containsEntry("status", "succeeded");
    assertThat(closes()).containsExactly("100");

    whole.go.countDown();
    backfill.get(2, TimeUnit.MINUTES);
    allIsOnTheNewLevel();
  }

  private void allIsOnTheNewLevel() {
    assertThat(closes()).containsExactly("100");
    assertThat(database.count("select count(*) from bars where ts < '%s'".formatted(exDate)))
        .isPositive();
    assertThat(database.count("select count(*) from bars")).isEqualTo(days.size());
    assertThat(database.query("select ex_date::text, ratio::int from corporate_actions"))
        .extracting(Object::toString)
        .containsExactly("{ex_date=" + exDate + ", ratio=10}");
    assertThat(database.count("select count(*) from quarantined_bars")).isZero();
  }

  private List<String> closes() {
    return database
        .query("select distinct trim_scale(close)::text as close from bars order by 1")
        .stream()
        .map(row -> (String) row.get("close"))
        .toList();
  }

  private Held hold() {
    Held held = new Held(new CountDownLatch(1), new CountDownLatch(1));
    holds.add(held);
    return held;
  }

  private void pass() {
    holds.add(new Held(null, null));
  }

  private static void arrived(Held held) {
    await().atMost(Duration.ofMinutes(2)).until(() -> held.arrived.getCount() == 0);
  }

  /** Of the oldest year, which nobody has read. */
  private void backfill() {
    template.request(
        "direct:backfill",
        request -> {
          request.getMessage().setHeader("trigger", "command");
          request
              .getMessage()
              .setHeader(
                  "plan",
                  BackfillPlan.of(
                      "yahoo",
                      "-",
                      "1Day",
                      days.get(0),
                      days.get(200),
                      List.of("AAA"),
                      Instant.now()));
          request.getMessage().setHeader("probe", true);
        });
  }

  /** What is under way was said when it was asked for. */
  private Canned.Reply answer(String uri) {
    Canned.Reply reply = ok(chart(uri));
    Held held = holds.poll();
    if (held != null && held.arrived != null) {
      held.arrived.countDown();
      try {
        held.go.await();
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }
    return reply;
  }

  private String chart(String uri) {
    Matcher window = WINDOW.matcher(uri);
    assertThat(window.find()).as(uri).isTrue();
    long from = Long.parseLong(window.group(1));
    long to = Long.parseLong(window.group(2));
    boolean told = split;
    List<LocalDate> rows =
        days.stream()
            .filter(day -> seconds(day) >= from && seconds(day) < to)
            .filter(day -> told || day.isBefore(exDate))
            .toList();
    long at = seconds(exDate);
    String splits =
        told && at >= from && at < to
            ? "\"%1$d\":{\"date\":%1$d,\"numerator\":10,\"denominator\":1}".formatted(at)
            : "";
    String prices = String.join(",", Collections.nCopies(rows.size(), told ? "100" : "1000"));
    return "{\"chart\":{\"result\":[{\"meta\":{\"exchangeTimezoneName\":\"America/New_York\",\"currency\":\"USD\"},"
        + "\"timestamp\":["
        + rows.stream().map(day -> "" + seconds(day)).collect(Collectors.joining(","))
        + "],\"events\":{\"splits\":{"
        + splits
        + "}},\"indicators\":{\"quote\":[{\"open\":[P],\"high\":[P],\"low\":[P],\"close\":[P],\"volume\":[V]}]}}],\"error\":null}}"
            .replace("P", prices)
            .replace("V", String.join(",", Collections.nCopies(rows.size(), "7")));
  }

  private static long seconds(LocalDate day) {
    return day.atTime(9, 30).atZone(NEW_YORK).toEpochSecond();
  }
}
