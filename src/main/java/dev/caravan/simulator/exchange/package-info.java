/**
 * The market that all simulated providers answer from: who is listed, which days have a session,
 * and what prices, splits and dividends there are. All of it follows from a seed.
 */
package dev.caravan.simulator.exchange;
