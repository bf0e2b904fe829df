package dev.caravan.api;

import dev.caravan.database.PageRows;
import java.sql.SQLException;
import java.util.List;

/** The rows of one page as text, read as far as it is wanted. */
final class PageText {
  /** Rows between two looks at how long the text has become. */
  private static final int STEP = 100;

  private final PageRows rows;
  private final RowText text;
  private final long limit;
  private long read;
  private boolean ended;
  private List<String> endOfPage;

  PageText(PageRows rows, ApiRequest request) {
    this.rows = rows;
    this.text = RowText.in(request.format(), rows.columns());
    this.limit = (Long) request.parameters().get("limit");
  }

  /**
   * Reads on until there is so much text, or all.
   *
   * @param length in bytes; of columns all is read
   * @return whether that was all
   */
  boolean read(int length) throws SQLException {
    while (!ended && !(text instanceof RowText.Csv csv && csv.length() >= length)) {
      for (int i = 0; i < STEP && !ended; i++) {
        row();
      }
    }
    return ended;
  }

  private void row() throws SQLException {
    if (!rows.next()) {
      ended = true;
      return;
    }
    for (int i = 0; i < rows.columns().size(); i++) {
      text.add(rows.value(i), rows.isText(i));
    }
    read++;
    if (read == limit) {
      List<String> key = rows.key();
      endOfPage = rows.next() ? key : null;
      ended = true;
    }
  }

  /** What has been read since this was last called. */
  byte[] take() {
    return text.end();
  }

  /** The key of the last row, where all are read and there are more behind the page. */
  List<String> endOfPage() {
    return endOfPage;
  }
}
