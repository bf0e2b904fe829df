/** NewsAPI.org: how its top headlines are asked for and what its answers mean. No I/O. */
package dev.caravan.news;
