package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
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
    owner.took(List.of(Map.of("ours", true)));
    assertThat(owner.isOurs()).isTrue();

    owner.took(
        List.of(Map.of("ours", false, "host", "there", "owner", "caravan 1", "since", "now")));
    assertThat(owner.isOurs()).isFalse();

    owner.took(List.of(Map.of("ours", true)));
    owner.took(List.of());
    assertThat(owner.isOurs()).as("another process is just taking it").isFalse();
  }
}
