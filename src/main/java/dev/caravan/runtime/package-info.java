/**
 * What starts and wires Caravan: settings and their rules, the flows and their schedules, Camel's
 * context, and the order in which all of it starts and stops.
 */
package dev.caravan.runtime;
