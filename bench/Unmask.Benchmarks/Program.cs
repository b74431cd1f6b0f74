using Unmask.Benchmarks;

if (args is ["rise-time", var model, ..])
{
    RiseTime.Run(model, args[2..]);
    return 0;
}

if (args is ["curve-cost", var measured, ..])
{
    CurveCost.Run(measured, args[2..]);
    return 0;
}

if (args is ["object-share", var classifier, var photos, ..])
{
    ObjectShare.Run(classifier, photos, args[3..]);
    return 0;
}

if (args is ["rise-quality", var network, var folder, var cache, ..])
{
    RiseQuality.Run(network, folder, cache, args[4..]);
    return 0;
}

if (args is ["int8-probing", var probed, var pictures, ..])
{
    Int8Probing.Run(probed, pictures, args[3..]);
    return 0;
}

Console.Error.WriteLine("""
    usage: rise-time MODEL.onnx [MASKS] [PREPROCESSING]       time and peak memory of RISE on one photo
           curve-cost MODEL.onnx [PREPROCESSING] [MAPS]       deletion and insertion against plain forward passes, one and all threads
           object-share MODEL.onnx COCO_FOLDER [PREPROCESSING] [MASKS]   share of positive attribution inside objects
           rise-quality MODEL.onnx PHOTOS CACHE [PREPROCESSING] [PHOTO_COUNT]   quality against forward passes; resumes from CACHE
           int8-probing MODEL.onnx PHOTOS_FOLDER [PREPROCESSING] [MASKS] [COUNT]   RISE in int8 against float32: time and agreement
    """);
return 2;
