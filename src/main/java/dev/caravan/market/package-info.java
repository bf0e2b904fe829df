/**
 * What a market is made of: bars, snapshots of a price, corporate actions, and what may be wrong
 * with an answer that should hold them. Pure values and functions; knows no provider, no transport
 * and no database.
 */
package dev.caravan.market;
