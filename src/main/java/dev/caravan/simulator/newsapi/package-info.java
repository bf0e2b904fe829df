/** NewsAPI's headlines. */
package dev.caravan.simulator.newsapi;
