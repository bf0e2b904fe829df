package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Whose the stream is while nobody can be asked. */
class StreamOwnerTest {
  private final StreamOwner owner = new StreamOwner();

  @Test
  void itIsNotOursBeforeTheLedgerHasSaidSo() {
    assertThat(owner.isOurs()).isFalse();
  }

  @Test
  void itStaysWhoseItWasSaidToBeLast() {
    owner.took(List.of(held(1, true)));
    assertThat(owner.isOurs()).isTrue();

    owner.took(List.of(held(2, false)));
    assertThat(owner.isOurs()).isFalse();

    owner.took(List.of(held(1, true)));
    owner.took(List.of());
    assertThat(owner.isOurs()).as("another process is just taking it").isFalse();
  }

  @Test
  void whatChangedHandsMeanwhileIsLetGoOnceBeforeItIsOursAgain() {
    owner.took(List.of(held(1, true)));
    assertThat(owner.took(List.of(held(3, true)))).as("another had it as number 2").isFalse();
    assertThat(owner.took(List.of(held(3, true)))).isTrue();
    assertThat(owner.getEpoch()).isEqualTo(3);
  }

  @Test
  void withoutItsLeaseNothingIsOursWhateverTheLedgerSaidLast() {
    AtomicReference<StreamOwner.Lease.State> lease =
        new AtomicReference<>(StreamOwner.Lease.State.HELD);
    owner.setLease(lease::get);
    owner.took(List.of(held(1, true)));
    assertThat(owner.refusal()).isNull();

    lease.set(StreamOwner.Lease.State.NONE);
    assertThat(owner.isOurs()).isFalse();
    assertThat(owner.refusal()).isEqualTo("the lease of the stream is not this node's");
  }

  @Test
  void forTwoMinutesAfterAChangeOfHandsTheFormerNodeMayBeTakenForConnected() {
    AtomicLong nanos = new AtomicLong(-1);
    StreamOwner heir = new StreamOwner(nanos::get);
    heir.setLease(() -> StreamOwner.Lease.State.HELD);
    heir.took(List.of(held(1, false)));
    assertThat(heir.tookOverLately()).as("it only waits").isFalse();

    heir.took(List.of(held(2, true)));
    assertThat(heir.tookOverLately()).isTrue();
    nanos.addAndGet(Duration.ofSeconds(119).toNanos());
    heir.took(List.of(held(2, true)));
    assertThat(heir.tookOverLately()).isTrue();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(heir.tookOverLately()).as("whoever is connected now is somebody else").isFalse();
  }

  @Test
  void whoeverHasNoneBeforeItOrNoClusterTakesNobodyForTheNodeBefore() {
    StreamOwner first = new StreamOwner();
    first.setLease(() -> StreamOwner.Lease.State.HELD);
    first.took(List.of(held(1, true)));
    assertThat(first.tookOverLately()).isFalse();

    owner.took(List.of(held(7, true)));
    assertThat(owner.tookOverLately()).isFalse();
  }

  private static Map<String, Object> held(long epoch, boolean ours) {
    return Map.of(
        "ours", ours, "epoch", epoch, "host", "there", "owner", "caravan 1", "since", "now");
  }
}
