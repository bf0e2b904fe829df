/** A day that Caravan stored, served again as Alpaca would. */
package dev.caravan.simulator.replay;
