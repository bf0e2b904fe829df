package dev.caravan.http;

import java.util.Locale;

/** What somebody who came in may do. */
enum Role {
  /** May look and change. */
  OPERATOR,
  /** May look. */
  VIEWER;

  /** As header {@code X-Caravan-Role} and the API say it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
