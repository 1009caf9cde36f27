/** Command-line tools that read a broker's data folder directly, while no broker or any broker uses it. */
package io.millrace.broker.tool;
