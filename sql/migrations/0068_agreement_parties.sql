-- As what the proposer of an agreement proposes, where both parties are a body and a company.
ALTER TYPE talent.new_agreement ADD ATTRIBUTE proposes_as text;
