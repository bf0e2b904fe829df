package dev.caravan.support;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks for secrets in texts, in every spelling that a program gives them by itself. */
public final class LeakSearch {
  /** A spelling, and what it is one of. */
  private final Map<String, String> spellings = new LinkedHashMap<>();

  private final List<String> found = new ArrayList<>();
  private int places;
  private long characters;

  /** Adds a secret and, of a user, the pair that HTTP Basic sends. */
  public LeakSearch of(String key, String secret, String user) {
    spellings.put(secret, key);
    spellings.put(secret.replace("/", "\\/"), key + " in JSON");
    spellings.put(URLEncoder.encode(secret, StandardCharsets.UTF_8), key + " encoded for a URL");
    spellings.put(base64(secret), key + " in base 64");
    if (!user.isEmpty()) {
      spellings.put(base64(user + ":" + secret), key + " as HTTP Basic");
    }
    return this;
  }

  public void look(String place, String text) {
    places++;
    characters += text.length();
    spellings.forEach(
        (spelling, what) -> {
          int at = text.indexOf(spelling);
          if (at >= 0) {
            found.add(
                what
                    + " in "
                    + place
                    + ": "
                    + text.substring(Math.max(0, at - 80), at).replaceAll("\\s+", " ")
                    + "...");
          }
        });
  }

  /** Where which secret stands. */
  public List<String> found() {
    return found;
  }

  public int places() {
    return places;
  }

  public long characters() {
    return characters;
  }

  private static String base64(String text) {
    return Base64.getEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
