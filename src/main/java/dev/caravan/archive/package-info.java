/**
 * Files that leave the house: how they are written whole or not at all, and what is in them. It
 * knows nothing of the database.
 */
package dev.caravan.archive;
