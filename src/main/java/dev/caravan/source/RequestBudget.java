package dev.caravan.source;

import dev.caravan.database.Sql;
import dev.caravan.market.RateLimitReset;
import dev.caravan.market.answer.RateLimitedException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * The requests that one provider account may still send. The account is kept in PostgreSQL (tables
 * {@code request_budgets} and {@code request_slots}), so that every route, flow and process on one
 * database shares it. It guarantees, as counted at the provider:
 *
 * <ul>
 *   <li>at most {@code requestsPerMinute} requests in any 60 s, the least of all processes that
 *       live,
 *   <li>at most {@code burst} at once, and then at the even rate; half of it in the minute after
 *       the database's server was changed, which may have lost what was granted last,
 *   <li>live requests first, then repair, then backfill, of those that wait in any process,
 *   <li>none while the provider has asked for a pause, and after a pause one at a time until one is
 *       answered.
 * </ul>
 *
 * <p>All its times are of the database's clock. What goes in and comes out, but for the time at
 * which a permit was granted, is how long to wait: clocks differ.
 *
 * <p>Its users ask for a {@link RequestPermit} before each request, retries included, and close it
 * once the answer came or failed to come.
 */
public final class RequestBudget {
  /** A waiting process looks again this often, since another may have lifted or set a pause. */
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(1);

  /** A caller whom others go before looks again this often. */
  private static final Duration YIELD = Duration.ofMillis(20);

  /** An answer takes no longer than this; a permit whose process died is free after it and 60 s. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(60);

  /** The limit is one of this time. */
  private static final Duration WINDOW = Duration.ofSeconds(60);

  /** Callers that wait are served together, by one look at the account. */
  private static final int MOST_AT_ONCE = 64;

  /** The callers of each priority that wait, in the order in which they came. */
  private final Map<RequestPriority, Lane> lanes = new EnumMap<>(RequestPriority.class);

  {
    for (RequestPriority priority : RequestPriority.values()) {
      lanes.put(priority, new Lane(priority));
    }
  }

  private final CountDownLatch stopping = new CountDownLatch(1);

  private String account;
  private DataSource dataSource;
  private volatile int requestsPerMinute;
  private volatile int burst;
  private int attempts;
  private Duration retryDelay;
  private Duration patience;
  private Duration blockedPause;

  private NamedParameterJdbcTemplate jdbc;

  public void setAccount(String account) {
    this.account = account;
  }

  public String getAccount() {
    return account;
  }

  public void setDataSource(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** May be changed at any time, for this process; those who wait see it within a second. */
  public void setRequestsPerMinute(int requestsPerMinute) {
    this.requestsPerMinute = requestsPerMinute;
  }

  public int getRequestsPerMinute() {
    return requestsPerMinute;
  }

  /** May be changed at any time, for this process; those who wait see it within a second. */
  public void setBurst(int burst) {
    this.burst = burst;
  }

  public int getBurst() {
    return burst;
  }

  /** Refusals in a row after which the account counts as blocked. */
  public void setAttempts(int attempts) {
    this.attempts = attempts;
  }

  /** The pause after the first refusal that names none, in ms; it doubles with each further one. */
  public void setRetryDelayMs(long retryDelayMs) {
    this.retryDelay = Duration.ofMillis(retryDelayMs);
  }

  /** The longest pause that a caller waits for, in ms; a longer one is an error at once. */
  public void setPatienceMs(long patienceMs) {
    this.patience = Duration.ofMillis(patienceMs);
  }

  /** How long the account pauses once it counts as blocked, in seconds. */
  public void setBlockedPauseSeconds(long blockedPauseSeconds) {
    this.blockedPause = Duration.ofSeconds(blockedPauseSeconds);
  }

  /** As {@link #take(String)}, live. */
  public RequestPermit take() throws InterruptedException {
    return take(null);
  }

  /**
   * Waits until one more request may be sent. Callers are served in the order in which they came,
   * but none while another with a higher priority waits, in this process or another; and one that
   * is not live leaves the last quarter of the burst alone.
   *
   * @param priority {@code live}, {@code repair} or {@code backfill}; null is live
   * @throws RateLimitedException where the account is paused for longer than a caller's patience
   * @throws StoppedException where Caravan is being stopped
   */
  public RequestPermit take(String priority) throws InterruptedException {
    Lane lane = lanes.get(RequestPriority.of(priority));
    lane.waiting.incrementAndGet();
    try {
      lane.line.lockInterruptibly();
      try {
        return takeFirst(lane);
      } finally {
        lane.line.unlock();
      }
    } finally {
      lane.waiting.decrementAndGet();
    }
  }

  /** Waits as the first of a lane. */
  private RequestPermit takeFirst(Lane lane) throws InterruptedException {
    while (true) {
      if (stopping.getCount() == 0) {
        throw new StoppedException();
      }
      RequestPermit granted = fresh(lane);
      if (granted != null) {
        return granted;
      }
      long sleepMs = YIELD.toMillis();
      if (!isBehind(lane)) {
        Decision decision = decide(lane);
        if (!decision.slots().isEmpty()) {
          decision.slots().forEach(slot -> lane.ready.add(new Ready(slot, decision.sentAt())));
          continue;
        }
        Duration wait = Duration.ofMillis(decision.waitMs());
        if (decision.paused() && wait.compareTo(patience) > 0) {
          throw new RateLimitedException(account, Instant.now().plus(wait));
        }
        sleepMs = Math.min(wait.toMillis(), LONGEST_SLEEP.toMillis());
      }
      if (stopping.await(sleepMs, TimeUnit.MILLISECONDS)) {
        throw new StoppedException();
      }
    }
  }

  private boolean isBehind(Lane lane) {
    return lanes.values().stream()
        .anyMatch(other -> other.priority.compareTo(lane.priority) < 0 && other.waiting.get() > 0);
  }

  /** Callers of this priority that wait now. */
  public int waiting(RequestPriority priority) {
    return lanes.get(priority).waiting.get();
  }

  /** Requests that the account may still send now, until slots of the last 60 s are free again. */
  public int left() {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("account", account);
    parameters.put("per_minute", requestsPerMinute);
    Integer left =
        jdbc().queryForObject(Sql.load("request_budgets/count_left"), parameters, Integer.class);
    return left == null ? 0 : left;
  }

  /**
   * Closes the permit of a request that the provider took, or may have taken.
   *
   * @param status the answer's HTTP status, or 0 where no answer came
   * @param limit header {@code X-RateLimit-Limit}, or null
   * @param remaining header {@code X-RateLimit-Remaining}, or null
   * @param reset header {@code X-RateLimit-Reset} in Unix seconds of the provider's clock, or null
   * @param date header {@code Date}, which tells that clock, or null
   */
  public void answered(
      RequestPermit permit,
      Integer status,
      String limit,
      String remaining,
      String reset,
      String date) {
    boolean understood = status != null && status > 0 && status < 500 && status != 429;
    close(permit, true, understood);
    int perMinute = requestsPerMinute;
    if (isCount(limit) && Integer.parseInt(limit) > 0) {
      perMinute = Math.min(perMinute, Integer.parseInt(limit));
      Map<String, Object> lower = parameters(permit);
      lower.put("header_limit", perMinute < requestsPerMinute ? Integer.valueOf(perMinute) : null);
      jdbc().update(Sql.load("request_budgets/lower_limit"), lower);
    }
    if (isCount(remaining) && reset != null) {
      Map<String, Object> left = parameters(permit);
      left.put("remaining", Integer.parseInt(remaining));
      // Where that is no time, the count holds for as long as one can.
      left.put(
          "reset_ms", RateLimitReset.until(reset, date, Instant.now()).orElse(WINDOW).toMillis());
      left.put("per_minute", perMinute);
      jdbc().update(Sql.load("request_budgets/apply_headers"), left);
    }
  }

  /** A header that is no number says nothing, and is no reason to fail. */
  private static boolean isCount(String header) {
    return header != null && header.matches("\\d{1,9}");
  }

  /** Gives back the permit of a request that was never sent. */
  public void unused(RequestPermit permit) {
    close(permit, false, false);
  }

  /**
   * Pauses the whole account after a refusal (429): as long as the provider asks, else for a time
   * that doubles with each refusal in a row, and for {@code blockedPause} once they are too many.
   *
   * @param retryAt when the provider allows the next request, or null where it does not say
   * @throws RateLimitedException always: it says when the account goes on
   */
  public void refused(RequestPermit permit, Instant retryAt) {
    Map<String, Object> parameters = parameters(permit);
    parameters.put(
        "asked_ms", retryAt == null ? null : Duration.between(Instant.now(), retryAt).toMillis());
    parameters.put("attempts", attempts);
    parameters.put("blocked_ms", blockedPause.toMillis());
    parameters.put("delay_ms", retryDelay.toMillis());
    parameters.put("longest_delay_ms", patience.toMillis());
    parameters.put("jitter", ThreadLocalRandom.current().nextDouble(0.8, 1.2));
    Long pauseMs =
        jdbc().queryForObject(Sql.load("request_budgets/record_refusal"), parameters, Long.class);
    throw new RateLimitedException(account, Instant.now().plusMillis(pauseMs));
  }

  /** Ends the waiting of all callers: Caravan stops. */
  public void stop() {
    stopping.countDown();
  }

  /**
   * A permit that was granted for a caller who waited, while it is fresh; null where there is none.
   */
  private RequestPermit fresh(Lane lane) {
    for (Ready next = lane.ready.poll(); next != null; next = lane.ready.poll()) {
      RequestPermit permit = new RequestPermit(account, next.slot(), next.sentAt());
      if (System.nanoTime() - next.grantedNanos() < LONGEST_SLEEP.toNanos()) {
        return permit;
      }
      // The caller that it was for has gone; its time has passed as well.
      unused(permit);
    }
    return null;
  }

  private Decision decide(Lane lane) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("account", account);
    parameters.put("wanted", Math.min(lane.line.getQueueLength() + 1, MOST_AT_ONCE));
    parameters.put("priority", lane.priority.word());
    parameters.put("per_minute", requestsPerMinute);
    parameters.put("burst", burst);
    parameters.put("timeout_ms", LONGEST_CALL.toMillis());
    List<Map<String, Object>> rows =
        jdbc().queryForList(Sql.load("request_budgets/take_permits"), parameters);
    Map<String, Object> first = rows.get(0);
    return new Decision(
        rows.stream().map(row -> (Integer) row.get("slot")).filter(Objects::nonNull).toList(),
        instant(first.get("sent_at")),
        ((Number) first.get("wait_ms")).longValue(),
        (Boolean) first.get("paused"));
  }

  private static Instant instant(Object timestamp) {
    return ((Timestamp) timestamp).toInstant();
  }

  private void close(RequestPermit permit, boolean sent, boolean understood) {
    Map<String, Object> parameters = parameters(permit);
    parameters.put("slot", permit.slot());
    parameters.put("sent", sent);
    parameters.put("understood", understood);
    jdbc().update(Sql.load("request_budgets/close_permit"), parameters);
  }

  private Map<String, Object> parameters(RequestPermit permit) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("account", permit.account());
    parameters.put("sent_at", Timestamp.from(permit.sentAt()));
    return parameters;
  }

  private synchronized NamedParameterJdbcTemplate jdbc() {
    if (jdbc == null) {
      jdbc = new NamedParameterJdbcTemplate(dataSource);
    }
    return jdbc;
  }

  /** The callers of one priority. */
  private static final class Lane {
    private final RequestPriority priority;
    private final ReentrantLock line = new ReentrantLock(true);
    private final AtomicInteger waiting = new AtomicInteger();

    /** Guarded by the line. */
    private final Queue<Ready> ready = new ArrayDeque<>();

    Lane(RequestPriority priority) {
      this.priority = priority;
    }
  }

  /** What the account allows: slots now, or a time to ask again. */
  private record Decision(List<Integer> slots, Instant sentAt, long waitMs, boolean paused) {}

  /** A slot that was granted together with others, for the next in the queue. */
  private record Ready(int slot, Instant sentAt, long grantedNanos) {
    Ready(int slot, Instant sentAt) {
      this(slot, sentAt, System.nanoTime());
    }
  }
}
