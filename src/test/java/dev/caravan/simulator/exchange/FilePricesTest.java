package dev.caravan.simulator.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.yahoo.ChartEndpointTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePricesTest extends SimulatorTestBase {
  private static final String HEADER = "date,open,high,low,close,volume,Name\n";

  @TempDir private Path folder;

  @Test
  void aFileReplacesThePricesOfItsSymbolExactly() throws Exception {
    Files.writeString(
        Files.createDirectories(folder.resolve("lean/daily")).resolve("brk.b.csv"),
        HEADER
            + "2018-02-06,193.4,195.1,190.0625,194,5123456,BRK.B\n"
            + "2018-02-07,194.25,196,193.1234,195.5,4000001,BRK.B\n");
    Client client = new Client(start(options().withOhlcv(folder)));

    JsonNode bars =
        client
            .json("/v2/stocks/bars?symbols=AAPL,BRK.B&timeframe=1Day&start=2016-01-01&limit=10000")
            .get("bars");
    assertThat(bars.get("AAPL")).hasSizeGreaterThan(2000);
    assertThat(bars.get("BRK.B")).hasSize(2);
    assertThat(bars.at("/BRK.B/0").toString())
        .startsWith("{\"c\":194,\"h\":195.1,\"l\":190.0625,\"n\":51234,\"o\":193.4,")
        .contains("\"t\":\"2018-02-06T05:00:00Z\",\"v\":5123456,");

    JsonNode chart = client.chart("BRK-B?range=max&events=div");
    assertThat(ChartEndpointTest.times(chart))
        .containsExactly(
            Instant.parse("2018-02-06T14:30:00Z").getEpochSecond(),
            Instant.parse("2018-02-07T14:30:00Z").getEpochSecond());
    assertThat(chart.at("/indicators/quote/0/low/1").doubleValue()).isEqualTo((double) 193.1234f);
    assertThat(chart.at("/meta/regularMarketTime").longValue())
        .isEqualTo(Instant.parse("2018-02-07T21:00:01Z").getEpochSecond());
  }

  @Test
  void aFolderWithoutPricesIsRefusedWithAdvice() throws Exception {
    assertThatThrownBy(() -> start(options().withOhlcv(folder.resolve("none"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not exist: give --ohlcv a folder");
    Files.writeString(folder.resolve("AAPL.csv"), "something else\n");
    assertThatThrownBy(() -> start(options().withOhlcv(folder)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name the files by their symbols");
  }

  @Test
  void aMalformedLineIsRefusedByItsNumber() throws Exception {
    Path file = folder.resolve("AAPL.csv");
    Files.writeString(file, HEADER + "2018-02-06,193.4,195.1,190.0625,much,5123456,AAPL\n");

    assertThatThrownBy(() -> start(options().withOhlcv(folder)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Line 2 of");
  }
}
