/**
 * What every flow is made of: what is due, the tally of a run, its report, and the dead letters of
 * what could not be taken.
 */
package dev.caravan.flow;
