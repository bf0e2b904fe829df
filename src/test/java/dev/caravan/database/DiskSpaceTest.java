package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The disk is that of the test; what is to stay free on it is said to be more than there is. */
class DiskSpaceTest {
  private static final long MEGABYTE = 1024 * 1024;

  private final DiskSpace disk = new DiskSpace();

  DiskSpaceTest() {
    disk.setDirectory("target");
  }

  @Test
  void aBackfillWaitsFirstAndRepairNext() throws Exception {
    left(3);
    assertThat(refusals()).containsExactly("backfill");
    CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> ask("backfill"));
    ask("repair");
    ask("live");
    assertThat(waiting).isNotDone();

    left(6);
    assertThat(refusals()).containsExactly("backfill", "repair");
    left(12);
    assertThat(refusals()).containsExactly("backfill", "repair", "yahoo-quotes");
    assertThat(waiting).isNotDone();

    left(1.5);
    assertThat(refusals()).isEmpty();
    assertThat(disk.fault()).isPresent();
    await("the request of the backfill").atMost(Duration.ofMinutes(2)).until(waiting::isDone);
    assertThat(waiting).isCompleted();
  }

  @Test
  void whatHadToWaitGoesOnOnlyOnceThereIsClearlyMoreRoom() throws Exception {
    left(12);
    assertThat(disk.refusal("stream")).isNotNull();
    long free = free();
    disk.setReserveMb(free * 8 - free * 8 / 50);
    assertThat(disk.refusal("stream")).as("2 %% more than what it began at").isNotNull();
    disk.setReserveMb(free * 8 - free * 8 / 5);
    assertThat(disk.refusal("stream")).isNull();
  }

  @Test
  void aDiskOfWhichNothingIsKnownHoldsNothingBack() throws Exception {
    DiskSpace unknown = new DiskSpace();
    unknown.setReserveMb(Long.MAX_VALUE / 1_000);
    unknown.setDirectory("target/nowhere");

    assertThat(unknown.fault()).isEmpty();
    assertThat(unknown.refusal("backfill")).isNull();
  }

  private void ask(String priority) {
    try {
      disk.await(priority);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> refusals() {
    return Stream.of("backfill", "repair", "yahoo-quotes")
        .filter(flow -> disk.refusal(flow) != null)
        .toList();
  }

  /** So many times what is free is said to be wanted. */
  private void left(double times) throws IOException {
    disk.setReserveMb((long) (free() * times));
  }

  private static long free() throws IOException {
    return Files.getFileStore(Path.of("target")).getUsableSpace() / MEGABYTE;
  }
}
