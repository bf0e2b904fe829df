package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.stream.FrameQueue.Frame;
import dev.caravan.stream.FrameQueue.Happening;
import dev.caravan.stream.FrameQueue.Taken;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FrameQueueTest {
  private static final int MANY = 1 << 20;
  private static final String GREETING = "[{\"T\":\"success\",\"msg\":\"connected\"}]";

  private final Connection first = new Connection(null, Instant.EPOCH);
  private final Connection second = new Connection(null, Instant.EPOCH);
  private final FrameQueue queue = new FrameQueue();

  @Test
  void dataFramesThatFollowOneAnotherComeTogetherInTheirOrder() throws Exception {
    add(first, data(1), data(2), data(3));

    Taken taken = queue.take(MANY, 3);
    assertThat(texts(taken)).containsExactly(data(1), data(2), data(3));
    assertThat(taken.connection()).isSameAs(first);
    assertThat(taken.batch().bytes()).isEqualTo(3L * data(1).length());
  }

  @Test
  void aBatchIsBoundedInBytesAndAFrameThatIsLargerComesAlone() throws Exception {
    String large = "[{\"T\":\"t\",\"S\":\"" + "A".repeat(100) + "\"}]";
    add(first, data(1), data(2), data(3), large, data(4));
    int two = 2 * data(1).length();

    assertThat(texts(queue.take(two, 9))).containsExactly(data(1), data(2));
    assertThat(texts(queue.take(two, 9))).containsExactly(data(3));
    assertThat(texts(queue.take(two, 9))).containsExactly(large);
    assertThat(texts(queue.take(two, 9))).containsExactly(data(4));
  }

  @Test
  void whatTheServerSaysComesAloneAndInItsPlace() throws Exception {
    add(first, data(1), GREETING, data(2));

    Taken taken = queue.take(MANY, 3);
    assertThat(texts(taken)).containsExactly(data(1));
    queue.done(taken);
    Taken said = queue.take(MANY, 3);
    assertThat(said.batch()).isNull();
    assertThat(((Frame) said.item()).bytes()).isEqualTo(bytes(GREETING));
    queue.done(said);
    assertThat(texts(queue.take(MANY, 3))).containsExactly(data(2));
  }

  @Test
  void whatTheServerSaysWaitsUntilAllDataBeforeItIsStored() throws Exception {
    add(first, data(1), GREETING);
    Taken taken = queue.take(MANY, 3);

    CompletableFuture<Taken> said = taking(3);
    assertThat(waits(said)).isTrue();
    queue.done(taken);
    assertThat(said.join().item()).isInstanceOf(Frame.class);
  }

  @Test
  void dataWaitsWhileSoManyBatchesAreBeingStored() throws Exception {
    add(first, data(1), data(2), data(3));
    Taken first = queue.take(1, 2);
    queue.take(1, 2);

    CompletableFuture<Taken> third = taking(2);
    assertThat(waits(third)).isTrue();
    queue.done(first);
    assertThat(texts(third.join())).containsExactly(data(3));
  }

  @Test
  void aLossStandsBehindWhatItsConnectionSent() throws Exception {
    add(first, data(1));
    Happening lost = new Happening(first, "lost");
    queue.add(lost);
    add(second, data(2));

    Taken before = queue.take(MANY, 3);
    assertThat(texts(before)).containsExactly(data(1));
    queue.done(before);
    Taken loss = queue.take(MANY, 3);
    assertThat(loss).isEqualTo(new Taken(null, first, lost));
    queue.done(loss);
    assertThat(queue.take(MANY, 3).connection()).isSameAs(second);
  }

  @Test
  void framesOfTwoConnectionsAreNeverInOneBatch() throws Exception {
    add(first, data(1));
    add(second, data(2));

    assertThat(texts(queue.take(MANY, 3))).containsExactly(data(1));
    assertThat(texts(queue.take(MANY, 3))).containsExactly(data(2));
  }

  @Test
  void bytesCountUntilTheyAreStoredAndNotUntilTheyAreTaken() throws Exception {
    assertThat(queue.add(new Frame(first, bytes(data(1))))).isEqualTo(data(1).length());
    assertThat(queue.add(new Frame(first, bytes(data(2))))).isEqualTo(2L * data(1).length());
    queue.add(new Happening(first, "lost"));

    Taken taken = queue.take(MANY, 3);
    assertThat(queue.bytes()).isEqualTo(2L * data(1).length());
    assertThat(queue.pending()).isEqualTo(2);
    assertThat(queue.done(taken)).isZero();
    assertThat(queue.bytes()).isZero();
    assertThat(queue.pending()).isEqualTo(1);
    Taken loss = queue.take(MANY, 3);
    assertThat(queue.pending()).isEqualTo(1);
    queue.done(loss);
    assertThat(queue.pending()).isZero();
  }

  @Test
  void theOldestFrameAgesUntilItIsStoredWhateverIsStoredBeforeIt() throws Exception {
    assertThat(queue.oldestNanos()).isZero();
    add(first, data(1));
    long added = System.nanoTime();
    Taken oldest = queue.take(1, 3);
    add(first, data(2));
    Taken newer = queue.take(1, 3);
    await().until(() -> System.nanoTime() - added > 2_000_000);

    queue.done(newer);
    assertThat(queue.oldestNanos()).isGreaterThan(2_000_000);
    queue.done(oldest);
    assertThat(queue.oldestNanos()).isZero();
  }

  @Test
  void whoeverWaitsForAnItemIsWokenByIt() {
    CompletableFuture<Taken> next = taking(3);
    assertThat(waits(next)).isTrue();
    add(first, data(1));

    assertThat(texts(next.join())).containsExactly(data(1));
  }

  private CompletableFuture<Taken> taking(int mostInFlight) {
    CompletableFuture<Taken> taken = new CompletableFuture<>();
    Thread taker =
        new Thread(
            () -> {
              try {
                taken.complete(queue.take(MANY, mostInFlight));
              } catch (InterruptedException e) {
                taken.completeExceptionally(e);
              }
            },
            "taker");
    taker.setDaemon(true);
    taker.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> blocked(taker) || taken.isDone());
    return taken;
  }

  private static boolean blocked(Thread thread) {
    return thread.getState() == Thread.State.WAITING;
  }

  private static boolean waits(CompletableFuture<Taken> taken) {
    return !taken.isDone();
  }

  private void add(Connection connection, String... frames) {
    for (String frame : frames) {
      queue.add(new Frame(connection, bytes(frame)));
    }
  }

  private static List<String> texts(Taken taken) {
    return taken.batch().frames().stream()
        .map(frame -> new String(frame, StandardCharsets.UTF_8))
        .toList();
  }

  private static String data(int id) {
    return "[{\"T\":\"t\",\"i\":" + id + "}]";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
