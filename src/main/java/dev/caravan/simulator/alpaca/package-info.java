/** Alpaca's REST answers: bars, trades, corporate actions, news, calendar, clock and assets. */
package dev.caravan.simulator.alpaca;
