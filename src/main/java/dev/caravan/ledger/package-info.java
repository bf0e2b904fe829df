/**
 * The gap ledger: which range is asked for to settle a gap, and what a failure means for it. Pure
 * values and functions; the rows are worked off by routes/ledger/repair and its parts.
 */
package dev.caravan.ledger;
