/**
 * A simulated Yahoo, Alpaca and NewsAPI on real sockets, for the demo and the tests. It shares no
 * code with what it is to test.
 */
package dev.caravan.simulator;
