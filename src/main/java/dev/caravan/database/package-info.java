/**
 * PostgreSQL: the server that is started where none is given, migrations, statements, copies, and
 * what is read of the database's state.
 */
package dev.caravan.database;
