package dev.caravan.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Writes rows as Parquet, to a stream and with bounded memory. Numbers with a point are decimals of
 * {@value #PRECISION} digits, {@value #SCALE} of them behind it: the same in each file, so that
 * files can be read together. Times are microseconds in UTC.
 */
public final class ParquetFile implements AutoCloseable {
  static final int PRECISION = 38;
  static final int SCALE = 18;

  /** Bytes of a number of so many digits. */
  private static final int WIDTH = 16;

  /** So much is in memory before it is written: of a heap of 256 MB it is little. */
  private static final long ROW_GROUP = 8L * 1024 * 1024;

  private final List<Column> columns;
  private final ParquetWriter<Object[]> writer;

  /** The stream stays open behind it. */
  public ParquetFile(List<Column> columns, OutputStream to) throws IOException {
    this.columns = columns;
    this.writer =
        new Builder(new Streamed(to), columns)
            .withConf(new PlainParquetConfiguration())
            .withCompressionCodec(CompressionCodecName.GZIP)
            .withCodecFactory(new GzipOfJava())
            .withRowGroupSize(ROW_GROUP)
            .build();
  }

  /**
   * Writes a row: a value a column, as its kind has it, or null.
   *
   * @throws FileFault where a number has more digits than the file may have
   */
  public void add(Object[] row) throws IOException {
    for (int i = 0; i < row.length; i++) {
      if (row[i] instanceof BigDecimal number && unscaled(number) == null) {
        throw new FileFault(
            "Column "
                + columns.get(i).name()
                + " has "
                + number.toPlainString()
                + ", more digits than a decimal of Parquet may have ("
                + (PRECISION - SCALE)
                + " before the point, "
                + SCALE
                + " behind it). Write it as CSV, which has no such bound.");
      }
    }
    writer.write(row);
  }

  /** Writes the end, without which it is no file. */
  @Override
  public void close() throws IOException {
    writer.close();
  }

  /** As a whole number of the smallest part; null where that is not exact, or too large. */
  private static BigInteger unscaled(BigDecimal number) {
    BigDecimal exact = number.scale() > SCALE ? number.stripTrailingZeros() : number;
    if (exact.scale() > SCALE || exact.precision() - exact.scale() > PRECISION - SCALE) {
      return null;
    }
    return exact.setScale(SCALE).unscaledValue();
  }

  private static Type type(Column column) {
    String name = column.name();
    return switch (column.kind()) {
      case TEXT ->
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named(name);
      case TEXTS ->
          Types.optionalList()
              .element(
                  Types.optional(PrimitiveTypeName.BINARY)
                      .as(LogicalTypeAnnotation.stringType())
                      .named("element"))
              .named(name);
      case DECIMAL ->
          Types.optional(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
              .length(WIDTH)
              .as(LogicalTypeAnnotation.decimalType(SCALE, PRECISION))
              .named(name);
      case LONG -> Types.optional(PrimitiveTypeName.INT64).named(name);
      case INTEGER -> Types.optional(PrimitiveTypeName.INT32).named(name);
      case TRUTH -> Types.optional(PrimitiveTypeName.BOOLEAN).named(name);
      case TIME ->
          Types.optional(PrimitiveTypeName.INT64)
              .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
              .named(name);
      case DATE ->
          Types.optional(PrimitiveTypeName.INT32).as(LogicalTypeAnnotation.dateType()).named(name);
    };
  }

  private static final class Builder extends ParquetWriter.Builder<Object[], Builder> {
    private final List<Column> columns;

    Builder(OutputFile to, List<Column> columns) {
      super(to);
      this.columns = columns;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /** Hadoop's way, without which it cannot be compiled. */
    @Override
    @SuppressWarnings("deprecation")
    protected WriteSupport<Object[]> getWriteSupport(Configuration unused) {
      return new Row(columns);
    }

    @Override
    protected WriteSupport<Object[]> getWriteSupport(ParquetConfiguration unused) {
      return new Row(columns);
    }
  }

  private static final class Row extends WriteSupport<Object[]> {
    private final List<Column> columns;
    private RecordConsumer to;

    Row(List<Column> columns) {
      this.columns = columns;
    }

    /** Hadoop's way, without which it cannot be compiled. */
    @Override
    @SuppressWarnings("deprecation")
    public WriteContext init(Configuration unused) {
      return context();
    }

    @Override
    public WriteContext init(ParquetConfiguration unused) {
      return context();
    }

    private WriteContext context() {
      Type[] types = columns.stream().map(ParquetFile::type).toArray(Type[]::new);
      return new WriteContext(new MessageType("row", types), Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
      to = consumer;
    }

    @Override
    public void write(Object[] row) {
      to.startMessage();
      for (int i = 0; i < row.length; i++) {
        if (row[i] != null) {
          String name = columns.get(i).name();
          to.startField(name, i);
          value(columns.get(i).kind(), row[i]);
          to.endField(name, i);
        }
      }
      to.endMessage();
    }

    private void value(Column.Kind kind, Object value) {
      switch (kind) {
        case TEXT -> to.addBinary(Binary.fromString((String) value));
        case TEXTS -> list((List<?>) value);
        case DECIMAL -> to.addBinary(fixed(unscaled((BigDecimal) value)));
        case LONG, TIME -> to.addLong((Long) value);
        case INTEGER -> to.addInteger((Integer) value);
        case TRUTH -> to.addBoolean((Boolean) value);
        case DATE -> to.addInteger((int) ((LocalDate) value).toEpochDay());
      }
    }

    private void list(List<?> values) {
      to.startGroup();
      if (!values.isEmpty()) {
        to.startField("list", 0);
        for (Object each : values) {
          to.startGroup();
          if (each != null) {
            to.startField("element", 0);
            to.addBinary(Binary.fromString((String) each));
            to.endField("element", 0);
          }
          to.endGroup();
        }
        to.endField("list", 0);
      }
      to.endGroup();
    }

    /** Most significant byte first, in two's complement. */
    private static Binary fixed(BigInteger number) {
      byte[] bytes = new byte[WIDTH];
      byte[] digits = number.toByteArray();
      Arrays.fill(bytes, 0, WIDTH - digits.length, (byte) (number.signum() < 0 ? -1 : 0));
      System.arraycopy(digits, 0, bytes, WIDTH - digits.length, digits.length);
      return Binary.fromConstantByteArray(bytes);
    }
  }

  /** A file that is written from its beginning to its end. */
  private static final class Streamed implements OutputFile {
    private final OutputStream to;

    Streamed(OutputStream to) {
      this.to = to;
    }

    @Override
    public PositionOutputStream create(long unused) {
      return new PositionOutputStream() {
        private long position;

        @Override
        public long getPos() {
          return position;
        }

        @Override
        public void write(int one) throws IOException {
          to.write(one);
          position++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          to.write(bytes, offset, length);
          position += length;
        }

        @Override
        public void flush() throws IOException {
          to.flush();
        }

        @Override
        public void close() throws IOException {
          to.flush();
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) {
      return create(blockSize);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  /** What every reader knows, without the native libraries that the other ones need. */
  private static final class GzipOfJava implements CompressionCodecFactory {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
      return new BytesInputCompressor() {
        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
          ByteArrayOutputStream compressed = new ByteArrayOutputStream();
          try (GZIPOutputStream gzip = new GzipFile(compressed)) {
            bytes.writeAllTo(gzip);
          }
          return BytesInput.from(compressed.toByteArray());
        }

        @Override
        public CompressionCodecName getCodecName() {
          return CompressionCodecName.GZIP;
        }

        @Override
        public void release() {
          // It holds nothing.
        }
      };
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
      throw new UnsupportedOperationException("Files are only written here");
    }

    @Override
    public void release() {
      // It holds nothing.
    }
  }
}
