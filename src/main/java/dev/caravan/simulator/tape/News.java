package dev.caravan.simulator.tape;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.caravan.simulator.exchange.Listing;
import dev.caravan.simulator.exchange.SeededRandom;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One item of news. About every second minute has one, a function of the minute alone; one in ten
 * is edited two minutes later and comes again under its id.
 */
public record News(
    long id,
    String headline,
    String summary,
    Instant createdAt,
    Instant updatedAt,
    List<String> symbols) {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final long SEED = SeededRandom.seed("news", "item");
  private static final long EDITED_AFTER = 2;
  private static final String[] EVENTS = {
    "Raises Its Outlook for the Year",
    "Names a New Chief Financial Officer",
    "Shares Are Moving: What Is Going On?",
    "Reports Results Above Estimates",
    "Is Cut to Hold by an Analyst"
  };

  /** When the item of a minute since 1970 comes. */
  public static long nanosOf(long minute) {
    return minute * Tape.MINUTE
        + Long.remainderUnsigned(SeededRandom.bits(SEED, minute), Tape.MINUTE / 1_000_000)
            * 1_000_000;
  }

  /** What comes at that time: nothing, an item, or an older one that was edited. */
  public static List<News> at(long minute) {
    List<News> items = new ArrayList<>();
    Instant at = Instant.ofEpochMilli(nanosOf(minute) / 1_000_000);
    if (isEdited(minute - EDITED_AFTER)) {
      News first = of(minute - EDITED_AFTER);
      items.add(
          new News(
              first.id,
              first.headline + " (Updated)",
              first.summary,
              first.createdAt,
              at,
              first.symbols));
    }
    if (exists(minute)) {
      items.add(of(minute));
    }
    return items;
  }

  /** What comes at that time and, at a later time, still is the newest edition. */
  static List<News> standing(long minute, Instant now) {
    boolean replaced =
        isEdited(minute)
            && !Instant.ofEpochMilli(nanosOf(minute + EDITED_AFTER) / 1_000_000).isAfter(now);
    return at(minute).stream()
        .filter(item -> !item.updatedAt.isAfter(now) && !(replaced && item.id == minute))
        .toList();
  }

  /** The message of the stream. */
  public String message() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("T", "n");
      writeFields(json, true);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("Memory cannot be written to", impossible);
    }
    return text.toString();
  }

  /** The item of REST, which has pictures as well, and its content only where it is asked for. */
  public void writeTo(JsonGenerator json, boolean content) throws IOException {
    json.writeStartObject();
    writeFields(json, content);
    json.writeArrayFieldStart("images");
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeFields(JsonGenerator json, boolean content) throws IOException {
    json.writeNumberField("id", id);
    json.writeStringField("headline", headline);
    json.writeStringField("summary", summary);
    json.writeStringField("author", "Caravan Newsdesk");
    json.writeStringField("created_at", JsonFrameWriter.time(createdAt));
    json.writeStringField("updated_at", JsonFrameWriter.time(updatedAt));
    json.writeStringField("url", url());
    json.writeStringField("content", content ? "<p>" + id + "</p>" : "");
    json.writeArrayFieldStart("symbols");
    for (String symbol : symbols) {
      json.writeString(symbol);
    }
    json.writeEndArray();
    json.writeStringField("source", "benzinga");
  }

  public String url() {
    return "https://news.example/" + id;
  }

  private static boolean exists(long minute) {
    return SeededRandom.uniform(SEED, -minute) < 0.5;
  }

  private static boolean isEdited(long minute) {
    return exists(minute) && SeededRandom.uniform(SEED + 1, minute) < 0.1;
  }

  private static News of(long minute) {
    List<String> known = List.copyOf(Listing.wellKnown());
    long bits = SeededRandom.bits(SEED + 2, minute) >>> 1;
    String symbol = known.get((int) (bits % known.size()));
    Instant at = Instant.ofEpochMilli(nanosOf(minute) / 1_000_000);
    return new News(
        minute,
        Listing.name(symbol) + ' ' + EVENTS[(int) (bits / known.size() % EVENTS.length)],
        "",
        at,
        at,
        List.of(symbol));
  }
}
