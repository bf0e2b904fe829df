/** Alpaca's WebSockets: clients, subscriptions, and the tape as it is sent to them. */
package dev.caravan.simulator.stream;
