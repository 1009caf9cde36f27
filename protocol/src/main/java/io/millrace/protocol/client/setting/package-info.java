/** The settings that all kinds of clients share, and what is derived from them alone. */
package io.millrace.protocol.client.setting;
