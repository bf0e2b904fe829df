package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CopyTextTest {
  private final CopyText text = new CopyText();

  @Test
  void columnsAreSeparatedByTabsAndRowsEndedByLineFeeds() {
    column("AAPL");
    text.smallColumn(7);
    text.nullColumn();
    text.endRow();
    plain("150.25");
    text.plainColumn("iex".getBytes(StandardCharsets.US_ASCII));
    text.endRow();

    assertThat(all()).isEqualTo("AAPL\t7\t\\N\n150.25\tiex\n");
    assertThat(text.rows()).isEqualTo(2);
    assertThat(text.row(0)).isEqualTo("AAPL\t7\t\\N");
    assertThat(text.row(1)).isEqualTo("150.25\tiex");
    assertThat(text.start(1)).isEqualTo("AAPL\t7\t\\N\n".length());
    assertThat(text.start(2)).isEqualTo(all().length());
  }

  @Test
  void aRowThatIsNotEndedCanBeTakenBack() {
    column("A");
    text.endRow();
    column("half");
    text.discardRow();
    column("B");
    text.endRow();

    assertThat(all()).isEqualTo("A\nB\n");
  }

  @Test
  void everySmallNumberIsWritten() {
    for (int i = 0; i <= 999; i++) {
      text.clear();
      text.smallColumn(i);
      text.endRow();
      assertThat(text.row(0)).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void aTextThatLooksLikeNullIsNone() {
    column("\\N");
    text.endRow();

    assertThat(text.row(0)).isEqualTo("\\\\N");
  }

  @Test
  void aTextThatIsNotThereIsNullAndAnEmptyOneIsNot() {
    text.column((String) null);
    text.column("");
    text.column("a\tb");
    text.endRow();

    assertThat(text.row(0)).isEqualTo("\\N\t\ta\\tb");
  }

  @Test
  void itGrowsWithItsRows() {
    String long1 = "x\t".repeat(40_000);
    for (int i = 0; i < 3_000; i++) {
      column("r" + i);
      text.endRow();
    }
    column(long1);
    text.endRow();
    column("é".repeat(70_000));
    text.endRow();

    assertThat(text.rows()).isEqualTo(3_002);
    assertThat(text.row(2_999)).isEqualTo("r2999");
    assertThat(text.row(3_000)).isEqualTo("x\\t".repeat(40_000));
    assertThat(text.row(3_001)).isEqualTo("é".repeat(70_000));
  }

  @Test
  void clearedItIsEmpty() {
    column("A");
    text.endRow();
    text.clear();

    assertThat(text.rows()).isZero();
    assertThat(text.start(0)).isZero();
    column("B");
    text.endRow();
    assertThat(all()).isEqualTo("B\n");
  }

  private void column(String value) {
    text.column(value.toCharArray(), 0, value.length());
  }

  private void plain(String value) {
    text.plainColumn(value.toCharArray(), 0, value.length());
  }

  private String all() {
    return new String(text.bytes(), 0, text.start(text.rows()), StandardCharsets.UTF_8);
  }
}
