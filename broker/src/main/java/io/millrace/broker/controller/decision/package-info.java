/** What all decisions of the controller share: what they may look at, what they lead to, and how they refuse. */
package io.millrace.broker.controller.decision;
