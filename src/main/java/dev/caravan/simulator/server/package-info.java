/**
 * What all simulated providers do with a request: refuse, limit, delay, fail on demand, and keep a
 * log of it.
 */
package dev.caravan.simulator.server;
