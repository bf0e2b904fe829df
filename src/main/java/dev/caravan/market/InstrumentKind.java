package dev.caravan.market;

import java.math.BigDecimal;
import java.util.Locale;

/** What kind of instrument a price is of: it decides which prices there can be. */
public enum InstrumentKind {
  /** Shares, funds and their like: always above zero, on the days of their exchange. */
  SHARE(false),
  /** An index, which may be a rate or a yield: zero and less are possible. */
  INDEX(true),
  /** A future, which somebody may be paid to take: zero and less are possible. */
  FUTURE(true),
  /** A pair of currencies: traded from Sunday evening to Friday. */
  CURRENCY(false),
  /** Crypto: traded every day. */
  CRYPTO(false),
  /** An option, which may be worth nothing. */
  OPTION(true);

  /** Below it one price may be many times another, and little has happened: a yield of 0.01 %. */
  private static final BigDecimal NEAR_ZERO = BigDecimal.ONE;

  private final boolean zeroAndLess;

  InstrumentKind(boolean zeroAndLess) {
    this.zeroAndLess = zeroAndLess;
  }

  /**
   * The kind that a source names, and where it names none that is known here, the one that the
   * symbol has the form of.
   *
   * @param type as Yahoo names it in {@code instrumentType}: {@code EQUITY}, {@code INDEX}, …; or
   *     null
   */
  public static InstrumentKind of(String type, String symbol) {
    return switch (type == null ? "" : type.toUpperCase(Locale.ROOT)) {
      case "EQUITY", "ETF", "MUTUALFUND", "MONEYMARKET" -> SHARE;
      case "INDEX" -> INDEX;
      case "FUTURE" -> FUTURE;
      case "CURRENCY" -> CURRENCY;
      case "CRYPTOCURRENCY" -> CRYPTO;
      case "OPTION" -> OPTION;
      default -> of(symbol);
    };
  }

  /** The kind that a symbol has the form of: {@code ^IRX}, {@code CL=F}, {@code EURUSD=X}. */
  public static InstrumentKind of(String symbol) {
    if (symbol.startsWith("^")) {
      return INDEX;
    }
    if (symbol.endsWith("=F")) {
      return FUTURE;
    }
    if (symbol.endsWith("=X")) {
      return CURRENCY;
    }
    return symbol.matches("[A-Z0-9]+-(USD|USDT|EUR|GBP|BTC|ETH)") ? CRYPTO : SHARE;
  }

  /** Whether a price of zero or less can be one. */
  public boolean mayBeZeroOrLess() {
    return zeroAndLess;
  }

  /** A price as it is compared with others by their ratio. */
  public BigDecimal magnitude(BigDecimal price) {
    return zeroAndLess ? price.max(NEAR_ZERO) : price;
  }
}
