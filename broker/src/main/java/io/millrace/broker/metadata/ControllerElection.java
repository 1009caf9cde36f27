package io.millrace.broker.metadata;

/** Elects one controller among the brokers that campaign. */
public interface ControllerElection {

    /** Stands in every election until the session is closed. */
    void campaign(Candidate candidate);

    /** Gives this term up, if it still lasts, so that another candidate is elected at once. */
    void resign(ControllerTerm term);

    /** Called on the election's threads; must only post. */
    interface Candidate {
        void onElected(ControllerTerm term);

        /** The term ended, or may have: its writes fail from now on. */
        void onDeposed(ControllerTerm term);
    }
}
