namespace Unmask;

/// <summary>What an explanation cost.</summary>
/// <param name="ForwardPasses">Inputs that went through the model.</param>
/// <param name="BackwardPasses">Inputs whose gradient was taken.</param>
/// <param name="Elapsed">Wall time, without loading the model.</param>
public readonly record struct Cost(long ForwardPasses, long BackwardPasses, TimeSpan Elapsed);
