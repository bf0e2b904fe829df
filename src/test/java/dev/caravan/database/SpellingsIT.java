package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the two sources spell one security, with and without Alpaca's list to decide. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpellingsIT {
  private static final String BOTH = "alpaca,yahoo";

  private final TestDatabase database = TestDatabase.fresh();
  private final SymbolTable table = new SymbolTable(database.database());

  /** One for all: there are many spellings, and connecting takes longer than asking. */
  private final Connection connection = connect();

  @BeforeEach
  void empty() {
    execute(
        "delete from symbols; delete from symbol_changes; delete from listed_assets; delete from bars;"
            + " delete from gaps");
  }

  @AfterAll
  void drop() throws SQLException {
    connection.close();
    database.close();
  }

  @ParameterizedTest
  @CsvSource({
    // Common shares, also those that have letters like a suffix.
    "AAPL, AAPL",
    "F, F",
    "GOOGL, GOOGL",
    "BACU, BACU",
    // Classes of shares.
    "BRK.A, BRK-A",
    "BRK.B, BRK-B",
    "BF.A, BF-A",
    "BF.B, BF-B",
    "HEI.A, HEI-A",
    "LEN.B, LEN-B",
    "MOG.A, MOG-A",
    "MOG.B, MOG-B",
    "GEF.B, GEF-B",
    "CRD.A, CRD-A",
    "CRD.B, CRD-B",
    "MKC.V, MKC-V",
    "BIO.B, BIO-B",
    "HUB.B, HUB-B",
    "STZ.B, STZ-B",
    "UHAL.B, UHAL-B",
    "WSO.B, WSO-B",
    "JW.A, JW-A",
    "LGF.A, LGF-A",
    "CWEN.A, CWEN-A",
    "AKO.A, AKO-A",
    "PBR.A, PBR-A",
    "EBR.B, EBR-B",
    "CIG.C, CIG-C",
    "TAP.A, TAP-A",
    "AGM.A, AGM-A",
    "BH.A, BH-A",
    "RDS.K, RDS-K",
    "ABC.G, ABC-G",
    "ABC.H, ABC-H",
    "ABC.M, ABC-M",
    "ABC.N, ABC-N",
    "ABC.S, ABC-S",
    "ABC.X, ABC-X",
    "ABC.Z, ABC-Z",
    // Preferred shares, of a series and of none.
    "BAC.PRL, BAC-PL",
    "BAC.PRB, BAC-PB",
    "JPM.PRC, JPM-PC",
    "WFC.PRL, WFC-PL",
    "T.PRA, T-PA",
    "T.PRC, T-PC",
    "F.PRB, F-PB",
    "GS.PRA, GS-PA",
    "MET.PRE, MET-PE",
    "ALL.PRH, ALL-PH",
    "PSA.PRS, PSA-PS",
    "CTA.PRB, CTA-PB",
    "NLY.PRF, NLY-PF",
    "SPG.PRJ, SPG-PJ",
    "COF.PRN, COF-PN",
    "DUK.PRA, DUK-PA",
    "ABR.PRD, ABR-PD",
    "BML.PRG, BML-PG",
    // Warrants, of one kind and of several.
    "OXY.WS, OXY-WT",
    "IONQ.WS, IONQ-WT",
    "GSAH.WS, GSAH-WT",
    "KODK.WS.A, KODK-WTA",
    "TDW.WS.B, TDW-WTB",
    "NOVA.WS.C, NOVA-WTC",
    // Units and rights.
    "AACT.U, AACT-UN",
    "PSTH.U, PSTH-UN",
    "IPOD.U, IPOD-UN",
    "CELG.RT, CELG-RI",
    "BHV.RT, BHV-RI",
    "GF.RT, GF-RI",
    // When issued, when distributed.
    "GE.WI, GE-WI",
    "KD.WI, KD-WI",
    "SOLV.WD, SOLV-WD",
  })
  void aSpellingOfAlpacasIsYahoosAndBackWithAndWithoutAList(String alpacas, String yahoos) {
    assertThat(rowOf(alpacas)).as("without a list").isEqualTo(row(alpacas, yahoos, BOTH));
    assertThat(rowOf(yahoos)).isEqualTo(row(alpacas, yahoos, BOTH));
    assertThat(rowOf(" " + yahoos.toLowerCase() + " ")).isEqualTo(row(alpacas, yahoos, BOTH));
    assertThat(spelled("yahoo_spelling", alpacas)).isEqualTo(yahoos);
    assertThat(spelled("caravan_spelling", yahoos)).isEqualTo(alpacas);
    assertThat(spelled("caravan_spelling", alpacas)).isEqualTo(alpacas);

    listed(alpacas, "active");
    assertThat(rowOf(alpacas)).as("with a list").isEqualTo(row(alpacas, yahoos, BOTH));
    assertThat(rowOf(yahoos)).isEqualTo(row(alpacas, yahoos, BOTH));
    assertThat(spelled("yahoo_spelling", alpacas)).isEqualTo(yahoos);
    assertThat(spelled("caravan_spelling", yahoos)).isEqualTo(alpacas);
  }

  @ParameterizedTest
  @CsvSource({
    "^GSPC",
    "^IRX",
    "EURUSD=X",
    "GC=F",
    "CLZ26.NYM",
    "BTC-USD",
    "ETH-EUR",
    "ETH-BTC",
    "USDT-USD",
    "AZN.L",
    "VOD.L",
    "7203.T",
    "SAP.F",
    "SAP.DE",
    "SPOT.V",
    "ADH.XA",
    "CEZ.PR",
    "AMZN.MX",
    "ABBV.NE",
    "CIF.SW",
    "HPAL.NS",
    "RCI-B.TO",
    "REI-UN.TO",
    "VOLV-B.ST",
    "0P000071W8.TO",
    "0700.HK",
    "600519.SS",
    "ECOPETROL.CL",
  })
  void whatIsYahoosAloneStaysAsYahooSpellsIt(String symbol) {
    assertThat(rowOf(symbol)).isEqualTo(row(symbol, symbol, "yahoo"));
    listed("AAPL", "active");
    assertThat(rowOf(symbol)).as("with a list").isEqualTo(row(symbol, symbol, "yahoo"));
  }

  @ParameterizedTest
  @CsvSource({
    // Typed, as Alpaca's list has it, what is stored of it
    "XYZ.V, XYZ.V, XYZ-V",
    "XYZ-V, XYZ.V, XYZ-V",
    "XYZ.L, XYZ.L, XYZ-L",
    "XYZ.T, XYZ.T, XYZ-T",
    "XYZ.F, XYZ.F, XYZ-F",
    "XYZ.PR, XYZ.PR, XYZ-P",
    "XYZ-P, XYZ.PR, XYZ-P",
    "XYZ-P, XYZ.P, XYZ-P",
    "XYZ-U, XYZ.U, XYZ-UN",
    "XYZ-WS, XYZ.WS, XYZ-WT",
    "XYZ-RT, XYZ.RT, XYZ-RI",
    "XYZ-RI, XYZ.R, XYZ-RI",
    "XYZ.RT, XYZ.R, XYZ-RI",
    "XYZ.R, XYZ.R, XYZ-RI",
    "XYZ.CL, XYZ.CL, XYZ-CL",
    "XYZ-CL, XYZ.CL, XYZ-CL",
  })
  void whereASpellingIsAmbiguousAlpacasListDecides(String typed, String listed, String yahoos) {
    listed(listed, "active");
    assertThat(rowOf(typed)).isEqualTo(row(listed, yahoos, BOTH));
    assertThat(spelled("yahoo_spelling", listed)).isEqualTo(yahoos);
    assertThat(spelled("caravan_spelling", yahoos)).isEqualTo(listed);
  }

  @ParameterizedTest
  @CsvSource({
    "XYZ-V, XYZ.V, XYZ-V",
    "XYZ-L, XYZ.L, XYZ-L",
    "XYZ-T, XYZ.T, XYZ-T",
    "XYZ-F, XYZ.F, XYZ-F",
    "XYZ-P, XYZ.PR, XYZ-P",
    "XYZ-U, XYZ.U, XYZ-UN",
    "XYZ-RI, XYZ.RT, XYZ-RI"
  })
  void withoutAListWhatIsTypedAsYahooWritesTheUsIsASecurityOfTheUs(
      String typed, String symbol, String yahoos) {
    assertThat(rowOf(typed)).isEqualTo(row(symbol, yahoos, BOTH));
  }

  @Test
  void aSuffixThatAlpacaListsNoLongerIsAnExchangesAgain() {
    listed("XYZ.V", "inactive");
    assertThat(rowOf("XYZ.V")).isEqualTo(row("XYZ.V", "XYZ.V", "yahoo"));
  }

  @Test
  void addingSaysHowItIsSpelledAndAsksBothSources() {
    assertThat(table.add(List.of("BAC-PL", "mkc.v", "XYZ-WTA", "xyz.v")))
        .containsExactly(
            new SymbolTable.Outcome("BAC.PRL", "BAC-PL", null, List.of("alpaca", "yahoo"), false),
            new SymbolTable.Outcome("MKC.V", "MKC-V", null, List.of("alpaca", "yahoo"), false),
            new SymbolTable.Outcome("XYZ.WS.A", "XYZ-WTA", null, List.of("alpaca", "yahoo"), false),
            new SymbolTable.Outcome("XYZ.V", "XYZ.V", null, List.of("yahoo"), false));
    assertThat(table.add(List.of("OTH-V", "OTH.V")))
        .as("the first spelling tells which is meant")
        .containsExactly(
            new SymbolTable.Outcome("OTH.V", "OTH-V", null, List.of("alpaca", "yahoo"), false));
    assertThat(table.add(List.of("XYZ-V")))
        .as("nothing was served of a share in Vancouver")
        .containsExactly(
            new SymbolTable.Outcome("XYZ.V", "XYZ-V", "active", List.of("alpaca", "yahoo"), false));
    assertThat(table.remove(List.of("mkc-v", "BAC-PL", "XYZ-WTA")))
        .extracting(SymbolTable.Outcome::before)
        .containsExactly("active", "active", "active");
  }

  @Test
  void whatAPersonHasSpelledOtherwiseIsFoundAndKept() {
    execute("insert into symbols (symbol, yahoo_symbol) values ('ABC', 'ABC-PZ')");
    assertThat(spelled("caravan_spelling", "abc-pz")).isEqualTo("ABC");
    respell();
    assertThat(rows()).containsExactly("ABC ABC-PZ alpaca,yahoo active");
  }

  @Test
  void whatTheRuleTookForAForeignShareIsCorrectedByTheListUnlessYahooHasServedIt() {
    table.add(List.of("XYZ.V", "OTH.V", "ANY.V"));
    execute("update symbols set time_zone = 'America/Toronto' where symbol = 'OTH.V'");
    listed("XYZ.V", "active");
    listed("OTH.V", "active");
    respell();
    assertThat(rows())
        .containsExactly(
            "ANY.V ANY.V yahoo active",
            "OTH.V OTH.V yahoo active",
            "XYZ.V XYZ-V alpaca,yahoo active");
    assertThat(changes("XYZ.V"))
        .containsExactlyInAnyOrder(
            "yahoo_symbol XYZ.V XYZ-V caravan", "sources yahoo alpaca,yahoo caravan");
    respell();
    assertThat(changes("XYZ.V")).as("once").hasSize(2);
  }

  @Test
  void whatTheListCallsOtherwiseIsRespelledWithAllItsRows() {
    table.add(List.of("XYZ-RI", "ABC-P"));
    bar("XYZ.RT");
    listed("XYZ.R", "active");
    listed("ABC.P", "active");
    assertThat(respell()).containsExactly("ABC.PR ABC.P", "XYZ.RT XYZ.R");
    assertThat(rows())
        .containsExactly("ABC.P ABC-P alpaca,yahoo active", "XYZ.R XYZ-RI alpaca,yahoo active");
    assertThat(value("select symbol from bars")).isEqualTo("XYZ.R");
  }

  @Test
  void rowsOfTheFirstReleaseAreMendedWithAllTheyHave() {
    execute("alter table symbols disable trigger symbols_fill_spelling");
    old("MKC-V", "MKC-V", BOTH);
    old("MKC.V", "MKC.V", "yahoo");
    old("BAC-PL", "BAC-PL", BOTH);
    old("OXY-WT", "OXY-WT", "yahoo");
    old("TDW-WTA", "TDW-WTA", "yahoo");
    old("IPOD-UN", "IPOD-UN", BOTH);
    old("CELG.RT", "CELG.RT", BOTH);
    old("KODK.WS.A", "KODK.WS.A", BOTH);
    old("ABC.M", "ABC.M", BOTH);
    old("ADH.XA", "ADH.XA", BOTH);
    old("AZN.L", "AZN.L", "yahoo");
    old("BTC-USD", "BTC-USD", "yahoo");
    old("AAPL", "AAPL", BOTH);
    old("BRK.B", "BRK-B", BOTH);
    execute("alter table symbols enable trigger symbols_fill_spelling");
    execute("update symbols set status = 'inactive' where symbol = 'IPOD-UN'");
    // Caravan had left Alpaca out, since Alpaca does not know the spelling.
    execute(
        "begin; set local caravan.changed_by = 'caravan';"
            + " update symbols set sources = '{yahoo}', note = 'Alpaca does not know it' where symbol = 'BAC-PL';"
            + " commit");
    bar("BAC-PL");
    bar("MKC-V");
    execute(
        "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason)"
            + " values ('alpaca', 'sip', 'bars', 'BAC-PL', '1Day', '2026-11-20', '2026-11-21', 'x')");

    assertThat(respell())
        .containsExactly(
            "BAC-PL BAC.PRL", "IPOD-UN IPOD.U", "MKC-V MKC.V", "OXY-WT OXY.WS", "TDW-WTA TDW.WS.A");
    assertThat(rows())
        .containsExactly(
            "AAPL AAPL alpaca,yahoo active",
            "ABC.M ABC-M alpaca,yahoo active",
            "ADH.XA ADH.XA yahoo active",
            "AZN.L AZN.L yahoo active",
            "BAC.PRL BAC-PL alpaca,yahoo active",
            "BRK.B BRK-B alpaca,yahoo active",
            "BTC-USD BTC-USD yahoo active",
            "CELG.RT CELG-RI alpaca,yahoo active",
            "IPOD.U IPOD-UN alpaca,yahoo inactive",
            "KODK.WS.A KODK-WTA alpaca,yahoo active",
            "MKC-V MKC-V alpaca,yahoo inactive",
            "MKC.V MKC-V alpaca,yahoo active",
            "OXY.WS OXY-WT alpaca,yahoo active",
            "TDW.WS.A TDW-WTA alpaca,yahoo active");
    assertThat(
            query("select symbol from bars order by symbol").stream().map(row -> row.get("symbol")))
        .as("where both spellings are there, each keeps its rows")
        .containsExactly("BAC.PRL", "MKC-V");
    assertThat(value("select symbol from gaps")).isEqualTo("BAC.PRL");
    assertThat(changes("BAC.PRL")).contains("symbol BAC-PL BAC.PRL caravan");
    assertThat(changes("MKC-V")).contains("status active inactive caravan");
    assertThat(value("select note from symbols where symbol = 'MKC-V'"))
        .isEqualTo("followed as MKC.V");
    assertThat(respell()).as("done once").isEmpty();
  }

  @Test
  void sourcesThatAPersonHasChosenAreKept() {
    execute("alter table symbols disable trigger symbols_fill_spelling");
    old("BAC-PL", "BAC-PL", BOTH);
    execute("alter table symbols enable trigger symbols_fill_spelling");
    execute("update symbols set sources = '{yahoo}'");
    respell();
    assertThat(rows()).containsExactly("BAC.PRL BAC-PL yahoo active");
  }

  private void old(String symbol, String yahoos, String sources) {
    execute(
        "insert into symbols (symbol, yahoo_symbol, sources) values ('%s', '%s', '{%s}')"
            .formatted(symbol, yahoos, sources));
  }

  private void bar(String symbol) {
    execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, final)"
            + " values ('yahoo', '-', '"
            + symbol
            + "', '1Day', '2026-11-20 05:00Z', 1, 1, 1, 1, true)");
  }

  private void listed(String symbol, String status) {
    execute(
        "insert into listed_assets (symbol, status) values ('%s', '%s')".formatted(symbol, status));
  }

  private List<String> respell() {
    return query("select old_symbol || ' ' || new_symbol as s from respell_symbols()").stream()
        .map(row -> (String) row.get("s"))
        .collect(Collectors.toList());
  }

  private List<String> rows() {
    return query(
            "select concat_ws(' ', symbol, yahoo_symbol, array_to_string(sources, ','), status) as s"
                + " from symbols order by symbol collate \"C\"")
        .stream()
        .map(row -> (String) row.get("s"))
        .collect(Collectors.toList());
  }

  private List<String> changes(String symbol) {
    return query(
            "select concat_ws(' ', what, old_value, new_value, changed_by) as s from symbol_changes"
                + " where old_value is not null and new_value is not null and symbol = '"
                + symbol
                + "'")
        .stream()
        .map(row -> (String) row.get("s"))
        .collect(Collectors.toList());
  }

  /** What becomes of a symbol that is inserted as it is typed, whoever does it. */
  private Map<String, Object> rowOf(String typed) {
    execute("delete from symbols");
    execute("insert into symbols (symbol) values ('" + typed + "')");
    return query(
            "select symbol, yahoo_symbol, array_to_string(sources, ',') as sources from symbols")
        .get(0);
  }

  private static Map<String, Object> row(String symbol, String yahoos, String sources) {
    return Map.of("symbol", symbol, "yahoo_symbol", yahoos, "sources", sources);
  }

  private Object spelled(String function, String typed) {
    return value("select %s('%s')".formatted(function, typed));
  }

  private Connection connect() {
    try {
      return database.connect();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Map<String, Object>> query(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<Map<String, Object>> all = new ArrayList<>();
      while (rows.next()) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.put(rows.getMetaData().getColumnLabel(i), rows.getObject(i));
        }
        all.add(row);
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object value(String sql) {
    return query(sql).get(0).values().iterator().next();
  }
}
