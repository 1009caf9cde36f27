/** Transactional state of one producer: its id, its epoch, what the open transaction has touched. */
package io.millrace.producer.transaction;
