/** What can be set about logs: each topic's settings as one value, what they let go, and the intervals of a directory. */
package io.millrace.broker.log.setting;
