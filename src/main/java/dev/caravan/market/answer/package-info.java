/**
 * What a provider's answer is read with: its JSON, texts and numbers without the loss of a digit,
 * its pages, the rows that cannot be taken, and all that may be wrong with it as a whole.
 */
package dev.caravan.market.answer;
