/** What is traded and told in the course of a day: trades, quotes, bars and news, as frames. */
package dev.caravan.simulator.tape;
