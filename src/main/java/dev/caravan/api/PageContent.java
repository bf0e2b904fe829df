package dev.caravan.api;

import dev.caravan.database.PageRows;
import java.sql.SQLException;
import java.util.List;

/** The rows of one page as a client wants them, read as far as it wants them. */
final class PageContent {
  /** Rows between two looks at how long the content has become. */
  private static final int STEP = 100;

  private final PageRows rows;
  private final RowWriter content;
  private final long limit;
  private long read;
  private boolean ended;
  private List<String> endOfPage;

  PageContent(PageRows rows, ApiRequest request) {
    this.rows = rows;
    this.content = RowWriter.in(request.format(), rows.columns());
    this.limit = (Long) request.parameters().getOrDefault("limit", Long.MAX_VALUE);
  }

  /**
   * Reads on until so much can be taken, or all.
   *
   * @param length in bytes
   * @return whether that was all
   */
  boolean read(int length) throws SQLException {
    while (!ended && content.length() < length) {
      for (int i = 0; i < STEP && !ended; i++) {
        row();
      }
    }
    return ended;
  }

  private void row() throws SQLException {
    if (!rows.next()) {
      end();
      return;
    }
    for (int i = 0; i < rows.columns().size(); i++) {
      content.add(rows.value(i), rows.isText(i));
    }
    read++;
    if (read == limit) {
      List<String> key = rows.key();
      endOfPage = rows.next() ? key : null;
      end();
    }
  }

  private void end() {
    content.end();
    ended = true;
  }

  /** What has been read since this was last called. */
  byte[] take() {
    return content.take();
  }

  /** The key of the last row, where all are read and there are more behind the page. */
  List<String> endOfPage() {
    return endOfPage;
  }
}
