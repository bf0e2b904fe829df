/** Alpaca's REST API: how its rows are asked for and what the answers mean. No I/O. */
package dev.caravan.alpaca;
