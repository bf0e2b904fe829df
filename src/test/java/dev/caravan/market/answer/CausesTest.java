package dev.caravan.market.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CausesTest {
  @Test
  void theOutermostOfATypeIsFoundOrNothing() {
    SourceFailedException inner = new SourceFailedException("yahoo", 503, null);

    assertThat(Causes.find(new IllegalStateException(inner), SourceFailedException.class))
        .isSameAs(inner);
    assertThat(Causes.find(inner, IOException.class)).isNull();
    assertThat(Causes.find(null, IOException.class)).isNull();
  }
}
