package dev.caravan.market.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;

/**
 * Writes rows as the one JSON array that {@code jsonb_to_recordset} takes. Names are the columns'
 * (snake_case; {@code complete} is {@code final}), numbers are plain and exact, times are ISO-8601
 * in UTC, and what is not known is null.
 */
public final class RowJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .addModule(
              new SimpleModule()
                  .addSerializer(new Micros())
                  .addSerializer(LocalDate.class, ToStringSerializer.instance))
          .build();

  private RowJson() {}

  /** One JSON array of the records, in their order; {@code []} for none. */
  public static String json(Collection<?> rows) {
    try {
      return MAPPER.writeValueAsString(rows);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("These rows cannot be written as JSON: " + e, e);
    }
  }

  /** As {@link #json}, of one record. */
  public static String jsonOf(Record row) {
    return json(List.of(row));
  }

  /** PostgreSQL rounds what lies below a microsecond; a time is cut, never rounded. */
  private static final class Micros extends StdSerializer<Instant> {
    Micros() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(value.truncatedTo(ChronoUnit.MICROS).toString());
    }
  }
}
